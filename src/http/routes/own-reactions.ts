import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { OwnReactions } from '../../../contract/own-reactions.ts'
import { readOwnReactions } from '../../github/own-reactions.ts'
import type { HttpDeps } from '../deps.ts'
import { createOwnClient } from '../own-client.ts'
import { RepositoryParams, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

/** Which reactions are the caller's own: asked of GitHub, as no webhook tells whose they are. */
export function ownReactionsRoutes(deps: HttpDeps): Routes {
  const { ownClient } = createOwnClient(deps)
  return async (app) => {
    app.get(
      '/repos/:owner/:repo/issues/:number/own-reactions',
      {
        config: { access: 'read' },
        schema: {
          tags: ['issues'],
          summary: 'Which reactions you gave to an issue or pull request and to what is said on it',
          description: 'Asked of GitHub with your own token.',
          params: Type.Object({
            ...RepositoryParams.properties,
            number: Type.Integer({ minimum: 1, description: 'As in `#12`' }),
          }),
          response: { 200: OwnReactions, 404: Problem, 409: Problem, 502: Problem },
        },
      },
      async ({ params, viewer }) => {
        const at = `${params.owner}/${params.repo}`
        const { owner, name: repo } = await readableRepository(deps.store.read, viewer, at)
        return await readOwnReactions(await ownClient(viewer), { owner, repo, number: params.number })
      },
    )
  }
}
