import { placeOfComment } from './comment-place.ts'
import type { Answer } from './emulate.ts'
import type { GithubRows } from './emulate-rows.ts'
import { listPullFiles } from './pull-files.ts'
import { whereItLeft } from './where-it-left.ts'

interface Parts {
  rows: GithubRows
  answer: Answer
}

/** What of pull requests emulate answers wrongly or not at all; undefined for other addresses. */
export async function answerAboutPull(
  { rows, answer }: Parts,
  request: Request,
  { repoId, below, login }: { repoId: number; below: string; login: string | undefined },
): Promise<object | Response | undefined> {
  const [, number, what] = /^pulls\/(\d+)\/(files|commits)$/.exec(below) ?? []
  if (request.method === 'GET' && what === 'files') return listPullFiles(rows, repoId, Number(number))
  if (request.method === 'GET' && what === 'commits') return listPullCommits(rows, repoId, Number(number))
  const [, reviewed] = /^pulls\/(\d+)\/reviews$/.exec(below) ?? []
  if (request.method === 'POST' && reviewed)
    await meetRequest(rows, request, { repoId, number: Number(reviewed), login })
  const [, commented, id] = /^pulls\/(\d+)\/comments\/(\d+)\/replies$/.exec(below) ?? []
  if (request.method === 'POST' && commented) return reply({ rows, answer }, request, Number(id))
  if (request.method === 'GET' && /^pulls\/comments\/\d+$/.test(below))
    return await placed(rows, await answer(request))
  if (request.method === 'POST' && /^pulls\/\d+\/comments$/.test(below)) {
    const made = await placed(rows, await answer(request))
    return made instanceof Response ? made : Response.json(made, { status: 201 })
  }
  return undefined
}

/**
 * The first one first; emulate counts the commit that it is based on among them.
 * https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request
 */
function listPullCommits(rows: GithubRows, repoId: number, number: number): object[] | undefined {
  const pull = rows.pullRequests.findBy('repo_id', repoId).find((row) => row.number === number)
  const repo = rows.repos.get(repoId)
  if (!pull || !repo) return undefined
  const left = whereItLeft(rows, pull)
  const bySha = (sha: string | undefined) =>
    sha === undefined || sha === left
      ? undefined
      : rows.commits.findBy('sha', sha).find((row) => row.repo_id === repoId)
  const commits: object[] = []
  for (let commit = bySha(pull.head_sha); commit; commit = bySha(commit.parent_shas[0])) {
    const user = rows.users.all().find(({ email }) => email === commit?.author_email)
    commits.unshift({
      sha: commit.sha,
      commit: {
        message: commit.message,
        author: { name: commit.author_name, email: commit.author_email, date: commit.author_date },
        committer: {
          name: commit.committer_name,
          email: commit.committer_email,
          date: commit.committer_date,
        },
      },
      author: user ? { login: user.login, avatar_url: user.avatar_url } : null,
      parents: commit.parent_shas.map((sha) => ({ sha })),
      html_url: `https://github.example/${repo.full_name}/commit/${commit.sha}`,
    })
  }
  return commits
}

/** Whoever gives their review is not asked for it any more; emulate goes on asking. */
async function meetRequest(
  rows: GithubRows,
  request: Request,
  { repoId, number, login }: { repoId: number; number: number; login: string | undefined },
): Promise<void> {
  const { event } = (await request.clone().json()) as { event?: string }
  const pull = rows.pullRequests.findBy('repo_id', repoId).find((row) => row.number === number)
  const reviewer = rows.users.findOneBy('login', login ?? '')
  if (!pull || !event) return
  pull.requested_reviewer_ids = pull.requested_reviewer_ids.filter((id) => id !== reviewer?.id)
}

/** https://docs.github.com/en/rest/pulls/comments#create-a-reply-for-a-review-comment */
async function reply({ rows, answer }: Parts, request: Request, to: number): Promise<Response> {
  const { body } = (await request.json()) as { body: string }
  const { path, line, side, commit_sha } = rows.comments.get(to) ?? {}
  return await answer(
    new Request(request.url.replace(/\/\d+\/replies$/, ''), {
      method: 'POST',
      headers: request.headers,
      body: JSON.stringify({ body, path, line, side, commit_id: commit_sha, in_reply_to_id: to }),
    }),
  )
}

/** A comment on lines, with what emulate leaves out of its place; a refusal as it is. */
async function placed(rows: GithubRows, answered: Response): Promise<object | Response> {
  if (!answered.ok) return answered
  const comment = (await answered.json()) as { id: number }
  const row = rows.comments.get(comment.id)
  return row ? { ...comment, ...placeOfComment(rows, row) } : comment
}
