import { fieldsOf, integerIn } from '../domain/mirror/fields.ts'
import { syncAccountTask } from '../domain/mirror/sync-tasks.ts'
import { isCoded } from '../errors.ts'
import { getRepositoryUnless } from '../github/readers.ts'
import { readListedPages, rememberPage } from '../store/listed-pages.ts'
import { findRepository, saveRepository } from '../store/repositories.ts'
import type { RepositoryRow } from '../store/rows/mirror.ts'
import type { Sync } from './save-step.ts'

/**
 * Asks by its id what a repository is called now, since lists are asked for by its name: another one may have that
 * name meanwhile, and its things would come into this one's rows. undefined when GitHub does not show it any more.
 */
export async function knowAgain(sync: Sync): Promise<RepositoryRow | undefined> {
  const { store, client, repository, signal, enqueue, userId } = sync
  const list = { repository_id: repository.id, list: 'repository' }
  const [known] = await readListedPages(store.read, list)
  try {
    const etag = known?.etag ?? null
    const answer = await getRepositoryUnless(client, { id: repository.id, etag, signal })
    if ('unchanged' in answer) return repository
    return await store.write(async (tx) => {
      if (!(await saveRepository(tx, answer.repository, { revive: false }))) return undefined
      rememberPage(tx, list, { page: 1, etag: answer.etag, names: [], hasNext: false, stamp: null })
      return await findRepository(tx, repository.id)
    })
  } catch (error) {
    if (!isCoded(error, 'github_not_found')) throw error
    if (await hasItsName(sync)) return repository
    await store.write((tx) => enqueue(tx, syncAccountTask(userId)))
    return undefined
  }
}

/** Not every server finds repositories by their ids. */
async function hasItsName({ client, repository: { id, owner, name: repo }, signal }: Sync): Promise<boolean> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}', { owner, repo, request: { signal } })
    return integerIn(fieldsOf(data, 'repository'), 'id') === id
  } catch (error) {
    if (isCoded(error, 'github_not_found')) return false
    throw error
  }
}
