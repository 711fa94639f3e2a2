import { coded } from '../errors.ts'
import type { GithubClient } from '../github/create-github.ts'
import { type ListPage, type PageOf, readPage } from '../github/readers.ts'
import type { Kind, Listed, Place } from '../mirror/kind.ts'
import { allKinds } from '../mirror/kinds.ts'
import type { Odd } from '../mirror/odd.ts'
import { changedSince, type ReadListed, readListed } from '../mirror/read-listed.ts'
import { applyPatch, replaceListed, saveListed } from '../store/mirror.ts'
import { recountOpen } from '../store/repositories.ts'
import type { RepositoryRow } from '../store/rows/mirror.ts'
import type { Db } from '../store/store.ts'
import { isMissing } from './missing.ts'

export interface Reading {
  client: GithubClient
  repository: RepositoryRow
  page: number
  /** Only what changed after this is wanted; null: everything. */
  since: string | null
  signal: AbortSignal
  clock: () => number
}

/** One page, read and ready to be saved. */
export interface ReadPage {
  count: number
  next: number | null
  total: number | null
  odd: readonly Odd[]
  /** The names of the items that fitted, by kind: they are not set aside any more. */
  fitted: readonly { kind: Kind<object>; items: readonly object[] }[]
  save(tx: Db): Promise<void>
}

/** One kind of thing in a repository. */
export interface Resource {
  name: string
  /** Where the newest so many pages are enough for a first sync. */
  mostPages: number
  read(reading: Reading): Promise<ReadPage>
}

/** Nobody has a million issues; a server that says so is broken. */
const endless = 10_000

/** What is in a repository, in the order in which it is read: that of the kinds. */
export const resources: readonly Resource[] = allKinds.flatMap((kind) => {
  const { listed } = kind
  if (!listed || listed.under) return []
  return [
    {
      name: listed.resource,
      mostPages: listed.complete ? 1 : (listed.mostPages ?? endless),
      read: listed.complete ? readerOfComplete(kind, listed) : readerOf(kind, listed),
    },
  ]
})

/** A list that is replaced as a whole, so that what vanished goes, is read to its end first. */
function readerOfComplete(kind: Kind<object>, listed: Listed): Resource['read'] {
  return async (reading) => {
    const { repository, clock } = reading
    const now = clock()
    const pages = await readToEnd(reading.client, pageOf(listed, { ...reading, page: 1 }))
    // What happened after the first page was given may be missing in the list, but is known by its webhook.
    const asOf = pages[0]?.asOf ?? new Date(now).toISOString()
    const objects = pages.flatMap((page) => page.objects)
    const { items, odd } = readListed(kind, objects, { repositoryId: repository.id, asOf })
    return {
      count: objects.length,
      next: null,
      total: objects.length,
      odd,
      fitted: [{ kind, items }],
      async save(tx) {
        // One that did not fit is there all the same: then nothing is known to be missing.
        if (odd.length > 0) await saveListed(tx, kind, { repositoryId: repository.id, items })
        else await replaceListed(tx, kind, { repositoryId: repository.id, items, asOf, now })
      },
    }
  }
}

function readerOf(kind: Kind<object>, listed: Listed): Resource['read'] {
  return async (reading) => {
    const { client, repository, since } = reading
    const repositoryId = repository.id
    const page = await readPage(client, pageOf(listed, reading))
    const read = readListed(kind, page.objects, { repositoryId, asOf: page.asOf })
    const items = listed.newestFirst ? changedSince(read.items, since) : read.items
    const older = read.items.length - items.length
    const below = await readBelow(kind, items, reading)
    return {
      count: page.objects.length - older,
      next: older > 0 ? null : page.next,
      total: page.total,
      odd: [...read.odd, ...below.flatMap(({ odd }) => odd)],
      fitted: [{ kind, items }, ...below],
      async save(tx) {
        await saveListed(tx, kind, { repositoryId, items })
        for (const each of below) await saveListed(tx, each.kind, { repositoryId, items: each.items })
        for (const patch of read.patches) await applyPatch(tx, patch, { repositoryId })
        // Counts are kept by difference; whoever reads everything sets them right.
        if (kind.counts && page.next === null) await recountOpen(tx, repositoryId)
      },
    }
  }
}

/** GitHub lists some kinds only by what they belong to: they are read with the page that holds it. */
async function readBelow(
  parent: Kind<object>,
  parents: readonly object[],
  reading: Reading,
): Promise<(ReadListed & { kind: Kind<object> })[]> {
  const { client, repository, page, since } = reading
  const wanted = allKinds.flatMap((kind) => {
    const { listed } = kind
    if (listed?.under?.kind !== parent.name) return []
    const { under } = listed
    return parents
      .filter((item, index) => under.wanted(item, { page, index, since }))
      .map((item) => ({ kind, listed, parameters: under.parameters(item) }))
  })
  return await Promise.all(
    wanted.map(async ({ kind, listed, parameters }) => {
      const first = pageOf(listed, { ...reading, page: 1 })
      const pages = await readWhatIsThere(client, {
        ...first,
        parameters: { ...first.parameters, ...parameters },
      })
      const place: Place = { repositoryId: repository.id, asOf: null }
      const under = Object.values(parameters)[0]
      if (under !== undefined) place.under = under
      return {
        kind,
        ...readListed(
          kind,
          pages.flatMap(({ objects }) => objects),
          place,
        ),
      }
    }),
  )
}

/** What belongs to an item may be closed to the asker, or gone with it meanwhile; the item itself is read all the same. */
async function readWhatIsThere(client: GithubClient, first: PageOf): Promise<ListPage[]> {
  try {
    return await readToEnd(client, first)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function readToEnd(client: GithubClient, first: PageOf): Promise<ListPage[]> {
  const pages = [await readPage(client, first)]
  for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null) {
    if (next > endless) throw coded('github_malformed', 'A list of GitHub does not end.')
    pages.push(await readPage(client, { ...first, page: next }))
  }
  return pages
}

function pageOf({ route, query, wrappedAs }: Listed, { repository, page, since, signal }: Reading): PageOf {
  const parameters = {
    owner: repository.owner,
    repo: repository.name,
    ...query?.({ since, defaultBranch: repository.default_branch }),
  }
  return { route, parameters, page, wrappedAs, signal }
}
