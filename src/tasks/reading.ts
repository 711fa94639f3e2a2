import type { GithubClient } from '../github/create-github.ts'
import type { ListPage, PageOf } from '../github/readers.ts'
import type { Survey } from '../github/survey/survey-repository.ts'
import { type Kind, type Listed, nameOf, type Patch } from '../mirror/kind.ts'
import type { Odd } from '../mirror/odd.ts'
import { type ReadListed, readListed } from '../mirror/read-listed.ts'
import { applyPatch, saveListed } from '../store/mirror.ts'
import { recountOpen } from '../store/open-counts.ts'
import type { RepositoryRow } from '../store/rows/mirror.ts'
import type { Db, Store } from '../store/store.ts'

/** How a repository is read now. */
export interface Reading {
  store: Pick<Store, 'read'>
  /** null: only what is known already is wanted, and nothing is asked of GitHub (`askingClient`). */
  client: GithubClient | null
  repository: RepositoryRow
  /** What one query told when the sync began, where GitHub has GraphQL. */
  survey: Surveyed | null
  /** The first page of a list that was looked at already. */
  looked?: { resource: string; page: ListPage } | undefined
  /** Only what changed after this is wanted; null: everything. */
  since: string | null
  /** Everything is compared, so that what no list of changes shows is found, too. */
  thorough: boolean
  signal: AbortSignal
  clock: () => number
}

/** A survey, with when it was taken. */
export type Surveyed = Survey & { asOf: string }

/** What became of stored rows, by their names. */
export interface Written {
  changed: readonly string[]
  gone: readonly string[]
}

/** Something read and ready to be saved, in one transaction with how far the reading is. */
export interface Step {
  /** The names of what it brings, whatever of it is kept. */
  names: readonly string[]
  /** How many there are in all, where GitHub lets that be known. */
  total: number | null
  odd: readonly Odd[]
  /** The items that fitted: they are not set aside any more. */
  fitted: readonly object[]
  save(tx: Db): Promise<Written>
}

/**
 * How a reading ended: all was compared and what GitHub has no more is gone; only what is new was read; there is more
 * to be read soon; or the list did not stand still.
 */
export type End = 'whole' | 'news' | 'more' | 'restless'

/** Reads something of a repository, step by step. */
export type Reader = (reading: Reading) => AsyncGenerator<Step, End>

/** A reading would have to ask GitHub, and may not. */
export class NeedsRequest extends Error {}

/** GitHub, for a reading that is about to ask; call it before the reading begins to look for what it knows. */
export function askingClient({ client }: Reading): GithubClient {
  if (!client) throw new NeedsRequest()
  return client
}

/** Nobody has a million issues; a server that says so is broken. */
export const endless = 10_000

/** What is asked for a page of a list. */
export function pageOf(
  { route, query, wrappedAs }: Listed,
  { repository, since, signal }: Reading,
  { page, more }: { page: number; more?: Readonly<Record<string, string | number>> },
): PageOf {
  const parameters = {
    owner: repository.owner,
    repo: repository.name,
    ...query?.({ since, defaultBranch: repository.default_branch }),
    ...more,
  }
  return { route, parameters, page, wrappedAs, signal }
}

/** The items of a page, and what does not fit. */
export function itemsOf(kind: Kind<object>, page: ListPage, { repository }: Reading): ReadListed {
  return readListed(kind, page.objects, { repositoryId: repository.id, asOf: page.asOf })
}

/** The step that saves a page. `also` is written with it. */
export function stepOf(
  kind: Kind<object>,
  read: ReadListed,
  { total, repository, also }: { total: number | null; repository: RepositoryRow; also?: (tx: Db) => void },
): Step {
  const repositoryId = repository.id
  return {
    names: [
      ...read.items.map((item) => nameOf(kind, item)),
      ...read.odd.map(({ key }) => oddName(key)),
      ...read.patches.map(({ kind: of, key }) => `${of} ${Object.values(key).join('/')}`),
    ],
    total,
    odd: read.odd,
    fitted: read.items,
    async save(tx) {
      const changed = await saveListed(tx, kind, { repositoryId, items: read.items })
      await applyPatches(tx, read.patches, repositoryId)
      // Counts are kept by difference; whoever reads a list sets them right.
      if (kind.counts && changed.length > 0) await recountOpen(tx, repositoryId)
      also?.(tx)
      return { changed, gone: [] }
    },
  }
}

/** The name of what could not be read, among those that could. */
export const oddName = (key: string) => `odd ${key}`

async function applyPatches(tx: Db, patches: readonly Patch[], repositoryId: number): Promise<void> {
  for (const patch of patches) await applyPatch(tx, patch, { repositoryId })
}

/** A step that brings nothing and only writes. */
export function writing(save: Step['save']): Step {
  return { names: [], total: null, odd: [], fitted: [], save }
}

export const nothing: Written = { changed: [], gone: [] }
