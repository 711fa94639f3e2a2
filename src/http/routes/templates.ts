import { type TSchema, Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { IssueTemplates, PullTemplate } from '../../../contract/templates.ts'
import type { GithubClient } from '../../github/create-client.ts'
import { createReadThrough } from '../../github/read-through.ts'
import { readIssueTemplates, readPullTemplates } from '../../github/templates.ts'
import type { HttpDeps } from '../deps.ts'
import { createOwnClient } from '../own-client.ts'
import { RepositoryParams, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

/** Templates change seldom. */
const keptMs = 5 * 60_000

/** What a repository wants to be told by whoever opens something there: files of it, asked of GitHub. */
export function templatesRoutes(deps: HttpDeps): Routes {
  const { ownClient } = createOwnClient(deps)
  const reads = createReadThrough(deps.clock)

  function templates<T>(about: {
    path: string
    tag: string
    summary: string
    schema: TSchema
    read: (client: GithubClient, place: { owner: string; repo: string }) => Promise<T>
  }): Routes {
    const { path, tag, summary, schema, read } = about
    return async (app) => {
      app.get(
        `/repos/:owner/:repo/${path}`,
        {
          config: { access: 'read' },
          schema: {
            tags: [tag],
            summary,
            description:
              'Files of the repository, or of the `.github` repository of its owner, as of the default branch. Asked of ' +
              'GitHub with your own token, and kept for five minutes.',
            params: RepositoryParams,
            response: { 200: schema, 404: Problem, 409: Problem, 502: Problem },
          },
        },
        async ({ params, viewer }) => {
          const found = await readableRepository(deps.store.read, viewer, `${params.owner}/${params.repo}`)
          const client = await ownClient(viewer)
          const place = { owner: found.owner, repo: found.name }
          const key = { userId: viewer.userId, what: `${path} of ${found.full_name}`, keptMs }
          return (await reads.get(key, client, () => read(client, place))) as never
        },
      )
    }
  }

  return async (app) => {
    await app.register(
      templates({
        path: 'issue-templates',
        tag: 'issues',
        summary: 'Templates and forms for new issues, and where else to go',
        schema: IssueTemplates,
        read: readIssueTemplates,
      }),
    )
    await app.register(
      templates({
        path: 'pull-templates',
        tag: 'pull requests',
        summary: 'The texts that a new pull request may begin with',
        schema: Type.Array(PullTemplate),
        read: readPullTemplates,
      }),
    )
  }
}
