import { type TSchema, Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import { type PlainFace, plainFaces } from '../../../contract/plain-faces.ts'
import { kindNamed } from '../../mirror/kinds.ts'
import { withStatuses } from '../../store/deployments.ts'
import { listItems } from '../../store/plain-lists.ts'
import type { Db } from '../../store/store.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryParams, repositoryPage } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage } from '../store-page.ts'

type Completing = (db: Db, page: { repositoryId: number; items: object[] }) => Promise<object[]>

/** What lists of a kind tell besides what is stored of it. */
const completing: Readonly<Record<string, Completing>> = { deployment: withStatuses as Completing }

/** One list for each kind of which nothing special is told: its contract says of what, its descriptor from where. */
export function plainListsRoutes({ store: { read } }: HttpDeps): Routes {
  return async (app) => {
    for (const [name, face] of Object.entries<PlainFace<never>>(plainFaces)) {
      const kind = kindNamed(name)
      if (!kind)
        throw new Error(
          `contract/plain-faces.ts names the kind ${name}, which src/mirror/kinds.ts does not know`,
        )
      const { list, path = list, schema, words } = face
      const column = /:(\w+)/.exec(path)?.[1]
      app.get(
        `/repos/:owner/:repo/${path}`,
        {
          config: { access: 'read' },
          schema: {
            tags: ['repositories'],
            summary: `The ${words[1]} of ${column ? 'one thing in ' : ''}a repository, the last one first`,
            params: column ? paramsUnder(schema, column) : RepositoryParams,
            querystring: Paging,
            response: { 200: Type.Array(schema), 404: Problem },
          },
        },
        async (request, reply) => {
          const params = request.params as Record<string, number | string>
          const under = column ? { column, value: params[column]! } : undefined
          const asked = await repositoryPage(read, request)
          const page = await listItems(read, kind, { ...asked, under })
          const items = (await completing[name]?.(read, { ...asked, ...page })) ?? page.items
          return sendStorePage(reply, request, { ...page, items }) as never
        },
      )
    }
  }
}

function paramsUnder(schema: TSchema, column: string): typeof RepositoryParams {
  const { properties } = schema as unknown as { properties: Record<string, TSchema> }
  return Type.Object({ ...RepositoryParams.properties, [column]: properties[column]! }) as never
}
