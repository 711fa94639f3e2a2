import { Type } from 'typebox'
import { Person, Problem } from '../../../contract/common.ts'
import { fieldsOf } from '../../domain/mirror/fields.ts'
import { createReadThrough } from '../../github/read-through.ts'
import { readPage } from '../../github/readers.ts'
import { peopleIn } from '../../mirror/people.ts'
import type { HttpDeps } from '../deps.ts'
import { createOwnClient } from '../own-client.ts'
import { RepositoryParams, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

/** People come and go seldom. */
const keptMs = 5 * 60_000
/** Of more people nobody picks by looking. */
const mostPages = 5

/** Whom issues and pull requests of a repository can be given to: asked of GitHub, as no webhook tells it. */
export function assigneesRoutes(deps: HttpDeps): Routes {
  const { store, clock } = deps
  const { ownClient } = createOwnClient(deps)
  const reads = createReadThrough(clock)
  return async (app) => {
    app.get(
      '/repos/:owner/:repo/assignees',
      {
        config: { access: 'read' },
        schema: {
          tags: ['issues'],
          summary: 'Whom issues of a repository can be assigned to',
          description: 'Asked of GitHub with your own token, and kept for five minutes.',
          params: RepositoryParams,
          response: { 200: Type.Array(Person), 404: Problem, 409: Problem, 502: Problem },
        },
      },
      async ({ params, viewer }) => {
        const { owner, name: repo } = await readableRepository(
          store.read,
          viewer,
          `${params.owner}/${params.repo}`,
        )
        const client = await ownClient(viewer)
        const what = `assignees of ${owner}/${repo}`
        return await reads.get({ userId: viewer.userId, what, keptMs }, client, async () => {
          const found: Person[] = []
          for (let page: number | null = 1; page !== null && page <= mostPages; ) {
            const { objects, next } = await readPage(client, {
              route: 'GET /repos/{owner}/{repo}/assignees',
              parameters: { owner, repo },
              page,
              signal: AbortSignal.timeout(20_000),
            })
            found.push(...peopleIn(fieldsOf({ list: objects.map(({ value }) => value) }, ''), 'list'))
            page = next
          }
          return found
        })
      },
    )
  }
}
