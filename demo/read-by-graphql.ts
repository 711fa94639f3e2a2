import { answerSurvey, cutsOf } from './answer-survey.ts'
import type { Answer, TokenOwner } from './emulate.ts'
import { costOf } from './graphql-cost.ts'

interface Reading {
  request: Request
  query: string
  /** What GitHub's REST API answers here. */
  answer: Answer
  /** The repository as its reader sees it; undefined where they do not. */
  repository: { full_name: string } | undefined
  reader: { token: string; owner: TokenOwner }
  tokens: Map<string, TokenOwner>
}

/** emulate counts requests by token: those that a query leads to are not the reader's. */
const OWN_TOKEN = 'local-github-itself-graphql-'
const HOURLY_POINTS = 5000
const HOUR_MS = 3_600_000
const used = new Map<string, { points: number; resetAt: number }>()

/**
 * Answers a query about one repository, which emulate does not, from what its REST API tells the same reader; with the
 * points that GitHub counts for it. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export async function readByGraphql({
  query,
  answer,
  repository,
  reader,
  tokens,
  request,
}: Reading): Promise<Response> {
  const headers = countPoints(reader.token, costOf(query))
  if (!repository) {
    const errors = [
      { type: 'NOT_FOUND', path: ['repository'], message: 'Could not resolve to a Repository.' },
    ]
    return Response.json({ data: { repository: null }, errors }, { headers })
  }
  const own = `${OWN_TOKEN}${crypto.randomUUID()}`
  tokens.set(own, reader.owner)
  try {
    const base = `${new URL(request.url).origin}/repos/${repository.full_name}`
    const get = async (address: string) =>
      answer(new Request(address, { headers: { authorization: `token ${own}` } }))
    const whole = await get(base)
    const found = await answerSurvey(
      (await whole.json()) as Json,
      (path) => readAll(get, `${base}/${path}`),
      cutsOf(query),
    )
    return Response.json({ data: { repository: found } }, { headers })
  } finally {
    tokens.delete(own)
  }
}

type Json = Record<string, unknown>

async function readAll(get: (address: string) => Promise<Response>, address: string): Promise<Json[]> {
  const items: Json[] = []
  for (let page = 1; ; page++) {
    const url = new URL(address)
    url.searchParams.set('per_page', '100')
    url.searchParams.set('page', String(page))
    const response = await get(url.href)
    if (!response.ok) return items
    const body = (await response.json()) as Json[] | Json
    const list = Array.isArray(body) ? body : (Object.values(body).find(Array.isArray) as Json[])
    items.push(...list)
    if (list.length < 100) return items
  }
}

function countPoints(token: string, cost: number): Record<string, string> {
  const now = Date.now()
  const before = used.get(token)
  const count = before && before.resetAt > now ? before : { points: 0, resetAt: now + HOUR_MS }
  count.points += cost
  used.set(token, count)
  return {
    'x-ratelimit-resource': 'graphql',
    'x-ratelimit-limit': String(HOURLY_POINTS),
    'x-ratelimit-remaining': String(Math.max(0, HOURLY_POINTS - count.points)),
    'x-ratelimit-used': String(count.points),
    'x-ratelimit-reset': String(Math.ceil(count.resetAt / 1000)),
  }
}
