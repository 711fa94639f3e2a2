import { Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import { plainFaces } from '../../../contract/mirror.ts'
import { kindNamed } from '../../mirror/kinds.ts'
import { listItems } from '../../store/plain-lists.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryParams, repositoryPage } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage } from '../store-page.ts'

/** One list for each kind of which nothing special is told: its contract says of what, its descriptor from where. */
export function plainListsRoutes({ store: { read } }: HttpDeps): Routes {
  return async (app) => {
    for (const [name, { list, schema, words }] of Object.entries(plainFaces)) {
      const kind = kindNamed(name)
      if (!kind)
        throw new Error(`contract/mirror.ts names the kind ${name}, which src/mirror/kinds.ts does not know`)
      app.get(
        `/repos/:owner/:repo/${list}`,
        {
          config: { access: 'read' },
          schema: {
            tags: ['repositories'],
            summary: `The ${words[1]} of a repository, the last one first`,
            params: RepositoryParams,
            querystring: Paging,
            response: { 200: Type.Array(schema), 404: Problem },
          },
        },
        async (request, reply) =>
          sendStorePage(
            reply,
            request,
            await listItems(read, kind, await repositoryPage(read, request)),
          ) as never,
      )
    }
  }
}
