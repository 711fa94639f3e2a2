import { type TSchema, Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import { type PlainFace, plainFaces } from '../../../contract/plain-faces.ts'
import { sees, type Viewer } from '../../domain/access.ts'
import { coded } from '../../errors.ts'
import type { Kind } from '../../mirror/kind.ts'
import { kindNamed } from '../../mirror/kinds.ts'
import { withStatuses } from '../../store/deployments.ts'
import { asTheyAre } from '../../store/linked-issues.ts'
import { listItems } from '../../store/plain-lists.ts'
import type { Db } from '../../store/store.ts'
import type { HttpDeps } from '../deps.ts'
import { createOpenedLists, type Under } from '../opened-lists.ts'
import { RepositoryParams, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

/** A page of a list, and whose it is. */
interface Shown {
  userId: string
  repositoryId: number
  fullName: string
  items: object[]
}
type Completing = (db: Db, page: Shown) => Promise<object[]>

/** What lists of a kind tell besides what is stored of it. */
const completing: Readonly<Record<string, Completing>> = {
  deployment: withStatuses as Completing,
  sub_issue: asTheyAre as Completing,
  issue_dependency: asTheyAre as Completing,
}

/** One list for each kind of which nothing special is told: its contract says of what, its descriptor from where. */
export function plainListsRoutes(deps: HttpDeps): Routes {
  const { read } = deps.store
  const open = createOpenedLists(deps)

  /** The repository, if whoever asks may see things of this kind in it. */
  async function repositoryFor(kind: Kind<object>, viewer: Viewer, fullName: string) {
    const repository = await readableRepository(read, viewer, fullName)
    if (kind.seenBy && !sees(repository.permission, kind.seenBy)) {
      throw coded('forbidden', `GitHub shows this only to those with the right to ${kind.seenBy} here.`)
    }
    return repository
  }

  return async (app) => {
    for (const [name, face] of Object.entries<PlainFace<never>>(plainFaces)) {
      const kind = kindNamed(name)
      if (!kind)
        throw new Error(
          `contract/plain-faces.ts names the kind ${name}, which src/mirror/kinds.ts does not know`,
        )
      const { list, path = list, schema, words, ascending } = face
      const columns = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
      app.get(
        `/repos/:owner/:repo/${path}`,
        {
          config: { access: 'read' },
          schema: {
            tags: ['repositories'],
            summary: `The ${words[1]} of ${columns.length > 0 ? 'one thing in ' : ''}a repository, ${ascending ? 'by name' : 'the last one first'}`,
            description: kind.opened
              ? 'Asked of GitHub with your own token when it is looked at, and kept for all who may see it.'
              : undefined,
            params: paramsUnder(schema, columns),
            querystring: Paging,
            response: { 200: Type.Array(schema), 404: Problem, ...(kind.seenBy && { 403: Problem }) },
          },
        },
        async (request, reply) => {
          const { owner, repo, ...parameters } = request.params as typeof request.params & Parameters
          const repository = await repositoryFor(kind, request.viewer, `${owner}/${repo}`)
          const under = underOf(columns, parameters)
          const { viewer, query } = request
          if (kind.opened && query.after === undefined)
            await open(kind, kind.opened, { viewer, repository, parameters, under })
          const asked = { userId: viewer.userId, repositoryId: repository.id, fullName: repository.full_name }
          const page = await listItems(read, kind, {
            ...asked,
            ...toPageRequest(query),
            under,
            direction: ascending ? 'asc' : 'desc',
          })
          const items = (await completing[name]?.(read, { ...asked, ...page })) ?? page.items
          return sendStorePage(reply, request, { ...page, items }) as never
        },
      )
    }
  }
}

type Parameters = Record<string, number | string>

/** The column that a list is asked for by; several are kept together in one that is called `list`. */
function underOf([column, ...more]: readonly string[], parameters: Parameters): Under | undefined {
  if (column === undefined) return undefined
  if (more.length === 0) return { column, value: parameters[column]! }
  return { column: 'list', value: [column, ...more].map((name) => parameters[name]).join('/') }
}

function paramsUnder(schema: TSchema, columns: readonly string[]): typeof RepositoryParams {
  const { properties } = schema as unknown as { properties: Record<string, TSchema> }
  const named = columns.map((column) => [column, properties[column]!])
  return Type.Object({ ...RepositoryParams.properties, ...Object.fromEntries(named) }) as never
}
