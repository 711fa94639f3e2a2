import { placeOfComment } from './comment-place.ts'
import type { Answer } from './emulate.ts'
import type { GithubRows } from './emulate-rows.ts'

/**
 * `GET /repos/{owner}/{repo}/issues/comments` and `…/pulls/comments`: all comments of a repository's issues and pull
 * requests, all of their reviews. emulate has the routes, but takes `comments` for a number. Its single comments are
 * right but for the lines that a review's is about, so each is asked for.
 * https://docs.github.com/en/rest/issues/comments#list-issue-comments-for-a-repository
 */
export async function listRepositoryComments(
  { rows, answer }: { rows: GithubRows; answer: Answer },
  repoId: number,
  request: Request,
  type: 'issue' | 'review',
): Promise<Response> {
  const url = new URL(request.url)
  const since = url.searchParams.get('since')
  const order = url.searchParams.get('sort') === 'updated' ? 'updated_at' : 'created_at'
  const sign = url.searchParams.get('direction') === 'desc' ? -1 : 1
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30) || 30, 100)
  const page = Math.max(Number(url.searchParams.get('page') ?? 1) || 1, 1)

  const wanted = rows.comments
    .findBy('repo_id', repoId)
    .filter((row) => row.comment_type === type && (since === null || row.updated_at >= since))
    .sort((a, b) => sign * (a[order] < b[order] ? -1 : a[order] > b[order] ? 1 : a.id - b.id))
  const shown = wanted.slice((page - 1) * size, page * size)
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' })
  const bodies = await Promise.all(
    shown.map(async (row) => {
      const { id } = row
      const one = await answer(
        new Request(`${url.origin}${url.pathname}/${id}`, { headers: request.headers }),
      )
      for (const [name, value] of one.headers) if (name.startsWith('x-ratelimit')) headers.set(name, value)
      const body = (await one.json()) as object
      return type === 'review' ? { ...body, ...placeOfComment(rows, row) } : body
    }),
  )
  if (page * size < wanted.length) {
    url.searchParams.set('page', String(page + 1))
    headers.set('link', `<${url.href}>; rel="next"`)
  }
  return Response.json(bodies, { headers })
}
