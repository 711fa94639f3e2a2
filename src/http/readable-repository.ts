import { type Static, Type } from 'typebox'
import type { Paging } from '../../contract/common.ts'
import type { Repository } from '../../contract/mirror.ts'
import type { Viewer } from '../domain/access.ts'
import { coded } from '../errors.ts'
import type { PageRequest } from '../store/keyset.ts'
import { getRepository } from '../store/repositories.ts'
import type { Db } from '../store/store.ts'
import { toPageRequest } from './store-page.ts'

/** The part of an address that names a repository; letter case does not matter, as on GitHub. */
export const RepositoryParams = Type.Object({
  owner: Type.String({ minLength: 1, maxLength: 100, description: 'Login of the owner' }),
  repo: Type.String({ minLength: 1, maxLength: 100, description: 'Name of the repository' }),
})
type RepositoryParams = Static<typeof RepositoryParams>

/** `?repository=` of lists over all repositories. */
export const RepositoryFilter = Type.Optional(
  Type.String({ maxLength: 201, description: 'Only of this repository, as `owner/name`' }),
)

/**
 * The repository of a name, if the viewer may read it on GitHub. One that they may not read and one that does not
 * exist are the same `not_found`.
 */
export async function readableRepository(db: Db, viewer: Viewer, fullName: string): Promise<Repository> {
  const repository = await getRepository(db, { userId: viewer.userId, fullName })
  if (!repository) throw coded('not_found', `There is no repository ${fullName} that you may read.`)
  return repository
}

/** The same for a request that names it in its address: as the store's getters take it. */
export async function repositoryScope(
  db: Db,
  { params: { owner, repo }, viewer }: { params: RepositoryParams; viewer: Viewer },
): Promise<{ userId: string; repositoryId: number; fullName: string }> {
  const { id, full_name: fullName } = await readableRepository(db, viewer, `${owner}/${repo}`)
  return { userId: viewer.userId, repositoryId: id, fullName }
}

/** The same for a request that lists: as the store's lists take it. */
export async function repositoryPage(
  db: Db,
  request: { params: RepositoryParams; query: Paging; viewer: Viewer },
): Promise<PageRequest & { userId: string; repositoryId: number }> {
  const { userId, repositoryId } = await repositoryScope(db, request)
  return { userId, repositoryId, ...toPageRequest(request.query) }
}
