import { pageOf } from './checks-of-runs.ts'
import type { Answer } from './emulate.ts'

type Json = Record<string, unknown>

/** Issues have ids of their own, also where they are the other side of pull requests. */
const firstId = 5_000_000_000

/**
 * `GET /repos/{owner}/{repo}/issues` and `…/issues/{number}` with pull requests, as GitHub answers: emulate leaves them
 * out. undefined where emulate's answer is right.
 * https://docs.github.com/en/rest/issues/issues#list-repository-issues
 */
export async function listIssues(
  answer: Answer,
  request: Request,
  below: string,
): Promise<Response | undefined> {
  const url = new URL(request.url)
  const repository = url.href.slice(0, url.href.indexOf(`/${below}`))
  const ask = (path: string) => answer(new Request(`${repository}/${path}`, { headers: request.headers }))

  const number = /^issues\/(\d+)$/.exec(below)?.[1]
  if (number !== undefined) {
    const issue = await ask(below)
    const pull = issue.status === 404 ? await ask(`pulls/${number}`) : null
    return pull?.ok ? Response.json(asIssue((await pull.json()) as Json)) : issue
  }
  if (below !== 'issues') return undefined
  const lists = await Promise.all([
    ask(`issues?${withoutPage(url.searchParams)}`),
    ask('pulls?state=all&per_page=100'),
  ])
  const failed = lists.find(({ ok }) => !ok)
  if (failed) return failed
  const [issues, pulls] = (await Promise.all(lists.map((list) => list.json()))) as [Json[], Json[]]
  const shown = pulls.map(asIssue).filter((side) => isWanted(side, url.searchParams))
  const all = [...issues, ...shown].sort(orderOf(url.searchParams))
  const told = [...lists[0]!.headers].filter(([name]) => name.startsWith('x-ratelimit'))
  const headers = new Headers(told)
  const links = linksOf(url, all.length)
  if (links) headers.set('link', links)
  return Response.json(pageOf(all, url.searchParams), { headers })
}

/** One page holds all that a repository of the demo has. */
function withoutPage(query: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams(query)
  asked.delete('page')
  asked.set('per_page', '100')
  return asked
}

function asIssue(pull: Json): Json {
  const url = String(pull.issue_url)
  const repository = url.slice(0, url.lastIndexOf('/issues/'))
  const same = [
    ...[
      'html_url',
      'node_id',
      'number',
      'title',
      'user',
      'labels',
      'state',
      'locked',
      'assignee',
      'assignees',
    ],
    ...['milestone', 'created_at', 'updated_at', 'closed_at', 'author_association', 'draft', 'body'],
  ]
  const { url: api, html_url, diff_url, patch_url, merged_at } = pull
  return {
    ...{
      url,
      repository_url: repository,
      labels_url: `${url}/labels{/name}`,
      comments_url: `${url}/comments`,
    },
    ...{ events_url: `${url}/events`, id: firstId + Number(pull.id), timeline_url: `${url}/timeline` },
    ...Object.fromEntries(same.map((name) => [name, pull[name]])),
    comments: pull.comments ?? 0,
    pull_request: { url: api, html_url, diff_url, patch_url, merged_at },
    reactions: {
      ...{ url: `${url}/reactions`, total_count: 0, '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0 },
      ...{ heart: 0, rocket: 0, eyes: 0 },
    },
    state_reason: null,
  }
}

function isWanted(side: Json, query: URLSearchParams): boolean {
  const state = query.get('state') ?? 'open'
  const names = (list: unknown, field: string) =>
    (list as Json[]).map((item) => String(item[field]).toLowerCase())
  const asked = (query.get('labels') ?? '').split(',').flatMap((label) => label.trim().toLowerCase() || [])
  const [assignee, creator, milestone] = ['assignee', 'creator', 'milestone'].map((name) => query.get(name))
  const given = side.milestone as Json | null
  const assignees = names(side.assignees, 'login')
  const is = (word: string | null | undefined, any: boolean, same: (word: string) => boolean) =>
    word == null || (word === 'none' ? !any : word === '*' ? any : same(word.toLowerCase()))
  return (
    (state === 'all' || side.state === state) &&
    asked.every((label) => names(side.labels, 'name').includes(label)) &&
    is(assignee, assignees.length > 0, (word) => assignees.includes(word)) &&
    is(creator, true, (word) => names([side.user], 'login').includes(word)) &&
    is(milestone, given !== null, (word) => String(given?.number) === word) &&
    String(side.updated_at) >= (query.get('since') ?? '')
  )
}

function orderOf(query: URLSearchParams): (a: Json, b: Json) => number {
  const sort = query.get('sort') ?? 'created'
  const sign = query.get('direction') === 'asc' ? 1 : -1
  const by = sort === 'comments' ? 'comments' : `${sort}_at`
  return (a, b) => {
    const [left, right] = [a[by] as string, b[by] as string]
    return sign * (left < right ? -1 : left > right ? 1 : Number(a.number) - Number(b.number))
  }
}

function linksOf(url: URL, total: number): string | null {
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30) || 30, 100)
  const page = Math.max(Number(url.searchParams.get('page') ?? 1) || 1, 1)
  const last = Math.ceil(total / size)
  const to = (number: number, rel: string) => {
    const address = new URL(url)
    address.searchParams.set('page', String(number))
    return `<${address.href}>; rel="${rel}"`
  }
  return page < last ? [to(page + 1, 'next'), to(last, 'last')].join(', ') : null
}
