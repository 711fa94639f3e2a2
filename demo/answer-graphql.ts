import type { GithubRows } from './emulate-rows.ts'

type Rows = Pick<GithubRows, 'pullRequests'>

/** What the four mutations that only GraphQL has do to a pull request. */
const mutations: Readonly<Record<string, object>> = {
  markPullRequestReadyForReview: { draft: false },
  convertPullRequestToDraft: { draft: true },
  enablePullRequestAutoMerge: {},
  disablePullRequestAutoMerge: {},
}

/**
 * `POST /graphql`, as far as acting on pull requests needs it: one mutation with its input as a variable. emulate has
 * none. https://docs.github.com/en/graphql/reference/mutations
 */
export async function answerGraphql(rows: Rows, request: Request): Promise<Response> {
  const { query = '', variables } = (await request.json()) as {
    query?: string
    variables?: { input?: { pullRequestId?: string } }
  }
  const name = /\{\s*(\w+)\(/.exec(query)?.[1] ?? ''
  const patch = mutations[name]
  const pull = rows.pullRequests.all().find((row) => row.node_id === variables?.input?.pullRequestId)
  if (!patch || !pull) {
    const message = patch
      ? 'Could not resolve to a node with the global id.'
      : `Field '${name}' doesn't exist`
    return Response.json({ data: null, errors: [{ message }] })
  }
  rows.pullRequests.update(pull.id, patch)
  return Response.json({ data: { [name]: { clientMutationId: null } } })
}
