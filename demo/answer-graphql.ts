import type { EmulatorParts } from './emulate.ts'
import type { CommentRow, GithubRows, IssueRow, PullRequestRow } from './emulate-rows.ts'
import type { Reactions } from './reactions.ts'

type Stored<T> = T & { id: number; updated_at: string }
type Input = Readonly<Record<string, string | undefined>>
type Variables = { input?: Input; owner?: string; repo?: string; number?: number }

export interface GraphqlParts {
  rows: GithubRows
  answer: EmulatorParts['answer']
  /** Reads the local GitHub's REST API as its owner, and sends a webhook. */
  ask: (path: string) => Promise<unknown>
  deliver: EmulatorParts['deliver']
  reactions: Reactions
  /** Whether somebody may change what others made in a repository. */
  mayWrite: (repoId: number, login: string) => boolean
}

const unresolved = 'Could not resolve to a node with the global id.'
const forbidden = 'You do not have the permission to do this.'

/**
 * `POST /graphql`, as far as acting needs it, of which emulate has nothing: the mutations that only GraphQL has, each
 * with its input as a variable, and the two queries that go with them.
 * https://docs.github.com/en/graphql/reference/mutations
 */
export async function answerGraphql(parts: GraphqlParts, request: Request, login: string): Promise<Response> {
  const { query = '', variables = {} } = (await request.clone().json()) as {
    query?: string
    variables?: Variables
  }
  if (query.includes('viewerHasReacted'))
    return Response.json({ data: listReactions(parts, variables, login) })
  if (query.includes('reviewThreads')) return Response.json({ data: listThreads(parts, variables) })
  const name = /\{\s*(\w+)\(/.exec(query)?.[1] ?? ''
  const mutation = mutations[name]
  const said = mutation
    ? await mutation(parts, variables.input ?? {}, { login, request })
    : `Field '${name}' doesn't exist`
  if (said !== null) return Response.json({ data: null, errors: [{ message: said }] })
  return Response.json({ data: { [name]: { clientMutationId: null } } })
}

/** Does it, and answers with why not. */
type Mutation = (
  parts: GraphqlParts,
  input: Input,
  by: { login: string; request: Request },
) => Promise<string | null> | string | null

const patchPull =
  (patchOf: (input: Input) => Partial<PullRequestRow>): Mutation =>
  ({ rows }, input) => {
    const pull = rows.pullRequests.all().find((row) => row.node_id === input.pullRequestId)
    if (!pull) return unresolved
    rows.pullRequests.update(pull.id, patchOf(input))
    return null
  }

const pin =
  (pinned: boolean): Mutation =>
  async (parts, { issueId }, { login }) => {
    const issue = issueOf(parts, issueId)
    if (!issue) return unresolved
    if (!parts.mayWrite(issue.repo_id, login)) return forbidden
    await send(parts, issue.repo_id, login, {
      event: 'issues',
      action: pinned ? 'pinned' : 'unpinned',
      payload: { issue: await read(parts, issue.repo_id, `issues/${issue.number}`) },
    })
    return null
  }

const resolve =
  (resolved: boolean): Mutation =>
  async (parts, { threadId }, { login }) => {
    const first = parts.rows.comments.get(Number(threadId?.replace('PRRT_', '')))
    if (!first) return unresolved
    const pull = parts.rows.pullRequests
      .findBy('repo_id', first.repo_id)
      .find(({ number }) => number === first.pull_number)
    const isAuthor = pull && parts.rows.users.get(pull.user_id)?.login === login
    if (!isAuthor && !parts.mayWrite(first.repo_id, login)) return forbidden
    const comments = await Promise.all(
      thread(parts.rows, first).map(({ id }) => read(parts, first.repo_id, `pulls/comments/${id}`)),
    )
    await send(parts, first.repo_id, login, {
      event: 'pull_request_review_thread',
      action: resolved ? 'resolved' : 'unresolved',
      payload: {
        thread: { node_id: threadId, comments },
        pull_request: await read(parts, first.repo_id, `pulls/${first.pull_number}`),
        updated_at: new Date().toISOString().replace(/\.\d+/, ''),
      },
    })
    return null
  }

const mutations: Readonly<Record<string, Mutation>> = {
  markPullRequestReadyForReview: patchPull(() => ({ draft: false })),
  convertPullRequestToDraft: patchPull(() => ({ draft: true })),
  enablePullRequestAutoMerge: patchPull(({ mergeMethod = 'MERGE' }) => ({
    auto_merge: { merge_method: mergeMethod.toLowerCase(), enabled_by: null },
  })),
  disablePullRequestAutoMerge: patchPull(() => ({ auto_merge: null })),
  pinIssue: pin(true),
  unpinIssue: pin(false),
  resolveReviewThread: resolve(true),
  unresolveReviewThread: resolve(false),
  removeReaction: ({ reactions }, { subjectId = '', content = '' }, { login }) =>
    reactions.remove(subjectId, content, login) ? null : unresolved,
  async transferIssue(parts, { issueId, repositoryId }, { login, request }) {
    const issue = issueOf(parts, issueId)
    const target = parts.rows.repos.all().find(({ node_id }) => node_id === repositoryId)
    if (!issue || !target) return unresolved
    if (![issue.repo_id, target.id].every((id) => parts.mayWrite(id, login))) return forbidden
    const before = await read(parts, issue.repo_id, `issues/${issue.number}`)
    const { origin } = new URL(request.url)
    const opened = new Request(`${origin}/repos/${target.full_name}/issues`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: request.headers.get('authorization')! },
      body: JSON.stringify({ title: issue.title, body: issue.body }),
    })
    const new_issue = await (await parts.answer(opened)).json()
    parts.rows.issues.delete(issue.id)
    const changes = { new_issue, new_repository: { full_name: target.full_name } }
    const hook = { event: 'issues', action: 'transferred', payload: { issue: before, changes } }
    await send(parts, issue.repo_id, login, hook)
    return null
  },
}

function listReactions({ rows, reactions }: GraphqlParts, { owner, repo, number }: Variables, login: string) {
  const { id = 0 } = rows.repos.findOneBy('full_name', `${owner}/${repo}`) ?? {}
  const issue = rows.issues.findBy('repo_id', id).find((row) => row.number === number)
  const own = (row: Stored<object>) => ({ databaseId: row.id, reactionGroups: reactions.given(row, login) })
  const comments = rows.comments.findBy('repo_id', id)
  const on = (type: CommentRow['comment_type'], field: 'issue_number' | 'pull_number') => ({
    nodes: comments.filter((row) => row.comment_type === type && row[field] === number).map(own),
  })
  const issueOrPullRequest = issue && {
    ...own(issue),
    comments: on('issue', 'issue_number'),
    reviewThreads: { nodes: [{ comments: on('review', 'pull_number') }] },
  }
  return { repository: { issueOrPullRequest: issueOrPullRequest ?? null } }
}

function listThreads({ rows }: GraphqlParts, { owner, repo, number }: Variables) {
  const { id = 0 } = rows.repos.findOneBy('full_name', `${owner}/${repo}`) ?? {}
  const firsts = rows.comments
    .findBy('repo_id', id)
    .filter((row) => row.comment_type === 'review' && row.pull_number === number && !row.in_reply_to_id)
  const nodes = firsts.map((row) => ({ id: `PRRT_${row.id}`, comments: { nodes: [{ databaseId: row.id }] } }))
  const reviewThreads = { pageInfo: { hasNextPage: false, endCursor: null }, nodes }
  return { repository: { pullRequest: { reviewThreads } } }
}

function thread(rows: GithubRows, first: Stored<CommentRow>): Stored<CommentRow>[] {
  const said = rows.comments.findBy('repo_id', first.repo_id)
  return said.filter(({ id, in_reply_to_id }) => id === first.id || in_reply_to_id === first.id)
}

function issueOf({ rows }: GraphqlParts, nodeId: string | undefined): Stored<IssueRow> | undefined {
  return rows.issues.all().find(({ node_id }) => node_id === nodeId)
}

/** One thing of a repository, as the REST API tells it. */
async function read({ rows, ask }: GraphqlParts, repoId: number, below: string): Promise<unknown> {
  return await ask(`/repos/${rows.repos.get(repoId)!.full_name}/${below}`)
}

async function send(
  { rows, ask, deliver }: GraphqlParts,
  repoId: number,
  login: string,
  { event, action, payload }: { event: string; action: string; payload: object },
): Promise<void> {
  const { full_name } = rows.repos.get(repoId)!
  const [owner = '', repo = ''] = full_name.split('/')
  const about = { repository: await ask(`/repos/${full_name}`), sender: { login } }
  await deliver(event, action, { action, ...payload, ...about }, owner, repo)
}
