import { Type } from 'typebox'
import { ChainLink } from '../../../contract/chain.ts'
import { Problem } from '../../../contract/common.ts'
import { hasRole } from '../../domain/access.ts'
import { coded } from '../../errors.ts'
import { readChain } from '../../store/chain.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryParams, repositoryScope } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

/** What led to an issue or a pull request, and what came of it. */
export function chainRoutes({ store: { read } }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/repos/:owner/:repo/issues/:number/chain',
      {
        config: { access: 'read' },
        schema: {
          tags: ['issues'],
          summary: 'The chain of cause and effect around an issue or a pull request, in the order of time',
          description:
            'From the webhook that told of it to the runs that it started, checks, merge and deployments, as far as the mirror knows them and the viewer may see them.',
          params: Type.Object({
            ...RepositoryParams.properties,
            number: Type.Integer({
              minimum: 1,
              maximum: Number.MAX_SAFE_INTEGER,
              description: 'As in `#12`',
            }),
          }),
          response: { 200: Type.Array(ChainLink), 404: Problem },
        },
      },
      async (request) => {
        const { number } = request.params
        const { userId, repositoryId } = await repositoryScope(read, request)
        const seesUnassigned = hasRole(request.viewer.role, 'owner')
        const links = await readChain(read, { userId, seesUnassigned, repositoryId, number })
        const isKnown = links.some(
          ({ kind, number: of }) => of === number && (kind === 'issue' || kind === 'pull_request'),
        )
        if (!isKnown) throw coded('not_found', `There is neither an issue nor a pull request #${number}.`)
        return links
      },
    )
  }
}
