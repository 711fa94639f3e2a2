import type { Repository } from '../../contract/mirror.ts'
import type { Viewer } from '../domain/access.ts'
import { isCoded } from '../errors.ts'
import type { GithubClient } from '../github/create-client.ts'
import { createReadThrough } from '../github/read-through.ts'
import { type ListPage, readPage, readPageUnless } from '../github/readers.ts'
import { type Kind, nameOf, type Opened } from '../mirror/kind.ts'
import { readListed } from '../mirror/read-listed.ts'
import { namesHidden } from '../store/linked-issues.ts'
import { readListedPages, rememberPage } from '../store/listed-pages.ts'
import { saveListed } from '../store/mirror.ts'
import { holdRepository } from '../store/repositories.ts'
import { setAside } from '../store/set-aside.ts'
import { removeUnlisted } from '../store/unlisted.ts'
import type { HttpDeps } from './deps.ts'
import { createOwnClient } from './own-client.ts'

/** For so long nobody makes GitHub be asked again for the same list: meanwhile webhooks tell. */
const restMs = 5 * 60_000
/** Whoever opens a page waits so long for GitHub: where nothing is known yet, and where something is. */
const patience = { new: 10_000, known: 400 }
/** Of a list that is longer the rest is not read, and nothing is taken away. */
const mostPages = 10

/** What a list hangs under: the column that names it, and its value. */
export interface Under {
  column: string
  value: number | string
}

interface Wanted {
  viewer: Viewer
  repository: Repository
  /** What its address names beside the repository. */
  parameters: Readonly<Record<string, string | number>>
  under?: Under | undefined
}

/** Brings a list that no sync reads up to date, for somebody who looks at it. */
export type OpenList = (kind: Kind<object>, opened: Opened, wanted: Wanted) => Promise<void>

/**
 * Makes the way by which lists are read when they are looked at: with the right of whoever looks, kept for all who may
 * see them. That GitHub refuses or is away leaves what is stored.
 */
export function createOpenedLists(deps: HttpDeps): OpenList {
  const { store, clock, log } = deps
  const { ownClient } = createOwnClient(deps)
  const reads = createReadThrough(clock)

  async function bringUpToDate(
    client: GithubClient,
    { kind, opened, wanted }: { kind: Kind<object>; opened: Opened; wanted: Wanted },
  ): Promise<void> {
    const { repository, parameters, under } = wanted
    const list = listOf(kind, wanted)
    const [known] = await readListedPages(store.read, list)
    const asked = {
      route: opened.route,
      parameters: { owner: repository.owner, repo: repository.name, ...opened.query, ...parameters },
      wrappedAs: opened.wrappedAs,
      signal: AbortSignal.timeout(patience.new),
    }
    const first = await readPageUnless(client, { ...asked, page: 1, etag: known?.etag ?? null })
    if ('unchanged' in first) return
    const pages: ListPage[] = [first]
    for (let last = first; last.next !== null && pages.length < mostPages; last = pages.at(-1)!) {
      // Some lists go on by a cursor instead of a number.
      const from = { ...asked.parameters, ...last.after }
      pages.push(await readPage(client, { ...asked, parameters: from, page: last.next }))
    }
    const objects = pages.flatMap((page) => page.objects)
    const place = { repositoryId: repository.id, asOf: first.asOf, ...(under && { under: under.value }) }
    const read = readListed(kind, objects, place)
    const where = { repositoryId: repository.id, now: clock() }
    await store.write(async (tx) => {
      if (!(await holdRepository(tx, repository.id))) return
      await saveListed(tx, kind, { ...where, items: read.items })
      await setAside(tx, { ...where, source: 'sync', deliveryId: null }, read.odd)
      // A list that is cut or odd takes nothing away, nor one what its reader may not be shown.
      if (read.odd.length === 0 && pages.at(-1)!.next === null) {
        const hidden =
          opened.elsewhere && under
            ? await namesHidden(tx, kind, {
                userId: wanted.viewer.userId,
                repositoryId: repository.id,
                under,
              })
            : []
        const names = new Set([...read.items.map((item) => nameOf(kind, item)), ...hidden])
        const asOf = first.asOf ?? new Date(where.now).toISOString()
        await removeUnlisted(tx, kind, { ...where, names, asOf, under })
      }
      // Of a list of several pages the first may stay while another changes.
      const etag = pages.length === 1 ? first.etag : null
      rememberPage(tx, list, { page: 1, etag, names: [], hasNext: pages.length > 1, stamp: null })
    })
  }

  return async (kind, opened, wanted) => {
    const { viewer, repository, under } = wanted
    const what = `${kind.name} of ${repository.id} ${under?.value ?? ''}`
    const client = await ownClient(viewer).catch(() => null)
    if (!client) return
    const [known] = await readListedPages(store.read, listOf(kind, wanted))
    const done = reads.get({ userId: viewer.userId, what, keptMs: restMs }, client, () =>
      bringUpToDate(client, { kind, opened, wanted }).catch((error: unknown) => {
        if (!isCoded(error)) log.warn({ err: error, list: what }, 'a list that was opened was not read')
      }),
    )
    await Promise.race([done, pause(known ? patience.known : patience.new)])
  }
}

const listOf = (kind: Kind<object>, { repository, under }: Wanted) => ({
  repository_id: repository.id,
  list: `opened ${kind.name}/${under?.value ?? ''}`,
})

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
