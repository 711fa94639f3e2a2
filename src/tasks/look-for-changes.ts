import { readPageUnless } from '../github/readers.ts'
import { actionsRun } from '../mirror/actions-run.ts'
import { issue } from '../mirror/issue.ts'
import { type ListedPage, readListedPages, rememberPage } from '../store/listed-pages.ts'
import type { Db } from '../store/store.ts'
import { isMissing } from './missing.ts'
import { pageOf, type Reading } from './reading.ts'
import type { Sync } from './save-step.ts'

/** Among the remembered lists: what a repository looked like when all of it was read. */
const look = 'look'
const newest = 0

/** What was looked at: nothing changed, or what the list of issues begins with now. */
export type Look = { unchanged: true } | { unchanged: false; looked?: Reading['looked'] }

/**
 * Looks with one request, which costs no quota where nothing changed, whether there is anything new in a repository
 * that was read before: by when it was last pushed to, as the list of repositories told, and by the list of issues,
 * where whatever is said or done in an issue or a pull request comes first; where runs of Actions are known, by their
 * list as well. What none shows (labels, releases, deployments) the daily comparison finds.
 */
export async function lookForChanges(sync: Sync): Promise<Look> {
  const { store, client, repository } = sync
  const repositoryId = repository.id
  const lists = [look, issue.listed.resource, 'actions_runs']
  const [before, issues, runs] = await Promise.all(
    lists.map(async (list) => (await readListedPages(store.read, { repository_id: repositoryId, list }))[0]),
  )
  const etag = issues?.page === newest ? issues.etag : null
  if (etag === null || before?.stamp !== stampOf(sync)) return { unchanged: false }
  try {
    if (runs && !(await areRunsAsBefore(sync, runs))) return { unchanged: false }
    const since = new Date(repository.synced_at ?? 0).toISOString()
    const first = pageOf(issue.listed, { ...sync, since }, { page: 1 })
    const page = await readPageUnless(client, { ...first, etag })
    if ('unchanged' in page) return { unchanged: true }
    return { unchanged: false, looked: { resource: issue.listed.resource, page } }
  } catch (error) {
    if (isMissing(error)) return { unchanged: false }
    throw error
  }
}

/** Runs of Actions come and go without an issue that tells of it. */
async function areRunsAsBefore(sync: Sync, { page, etag }: ListedPage): Promise<boolean> {
  if (page !== newest || etag === null) return false
  const since = new Date(sync.repository.synced_at ?? 0).toISOString()
  const answer = await readPageUnless(sync.client, {
    ...pageOf(actionsRun.listed, { ...sync, since }, { page: 1 }),
    etag,
  })
  return 'unchanged' in answer
}

/** Remembers what the repository looked like that was read now. */
export function rememberLook(tx: Db, sync: Sync): void {
  const list = { repository_id: sync.repository.id, list: look }
  rememberPage(tx, list, { page: 1, etag: null, names: [], hasNext: false, stamp: stampOf(sync) })
}

const stampOf = ({ repository: { pushed_at, full_name, default_branch } }: Sync) =>
  `${pushed_at} ${full_name} ${default_branch}`
