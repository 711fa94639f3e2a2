import { addressOf, type Recall } from '../../contract/acts/act.ts'
import { pick, pickText } from '../domain/workflow/pick.ts'
import { isCoded } from '../errors.ts'
import { type ActCall, type Sent, timeOfAnswer } from './act-call.ts'
import { applySuggestions, findApplied } from './apply-suggestions.ts'
import type { GithubClient } from './create-client.ts'
import { statusOf } from './failures.ts'
import { mutate } from './mutate.ts'

/** Asks GitHub to do it, once. Throws the `github_…` errors of the table. */
export async function sendAct(client: GithubClient, call: ActCall): Promise<Sent> {
  const { act, values, body, signal } = call
  if (act.procedure) return await applySuggestions(client, call)
  if (act.mutation) return await mutate(client, { ...call, mutation: act.mutation })
  const address = addressOf(act.path, values)
  const { data, headers } = await client.request(`${act.method} ${address}`, { ...body, request: { signal } })
  return { data, at: timeOfAnswer(headers), nodes: {} }
}

/** Reads one thing of GitHub. */
export async function readFresh(
  client: GithubClient,
  { path, values, signal }: { path: string } & Pick<ActCall, 'values' | 'signal'>,
): Promise<unknown> {
  return (await client.request(`GET ${addressOf(path, values)}`, { request: { signal } })).data
}

interface Maker {
  since: number
  /** Ids of what other acts are known to have made. */
  others: ReadonlySet<unknown>
}

/** Clocks differ between GitHub and here. */
const clockSkewMs = 60_000

/**
 * What an earlier try did, when nobody knows whether it did: GitHub's answer as it would have been, or undefined. What
 * was made by the same person since `since` with the same words is taken for it, except what `others` holds.
 */
export async function recallAct(
  client: GithubClient,
  call: ActCall & Maker,
): Promise<{ data: unknown } | undefined> {
  const { recall, procedure } = call.act
  if (procedure) return await findApplied(client, call)
  if (!recall || 'refusedWith' in recall) return undefined
  if ('list' in recall) return await findMade(client, recall, call)
  const data = await readFresh(client, { ...call, path: recall.get })
  const value = pick(data, recall.field)
  const isDone = 'is' in recall ? value === recall.is : value !== recall.not
  return isDone ? { data } : undefined
}

/** Whether GitHub refused a second try because the first had done it. */
export function isDoneAlready(error: unknown, recall: Recall | undefined): boolean {
  return (
    recall !== undefined &&
    'refusedWith' in recall &&
    isCoded(error) &&
    recall.refusedWith.includes(statusOf(error) ?? 0)
  )
}

async function findMade(
  client: GithubClient,
  { list, wrappedAs, by, at, same }: Extract<Recall, { list: string }>,
  { values, body, signal, login, since, others }: ActCall & Maker,
): Promise<{ data: unknown } | undefined> {
  const earliest = new Date(since - clockSkewMs).toISOString()
  const isIt = (item: unknown) =>
    (by === undefined || pickText(item, by, 'login')?.toLowerCase() === login.toLowerCase()) &&
    (at === undefined || (pickText(item, at) ?? '') >= earliest) &&
    !others.has(pick(item, 'id')) &&
    same.every((field) => (pick(item, field) ?? '') === (body[field] ?? ''))
  for (let page = 1; ; page++) {
    const { data } = await client.request(`GET ${addressOf(list, values)}`, {
      ...{ since: earliest, per_page: 100, page },
      request: { signal },
    })
    const items = wrappedAs === undefined ? data : pick(data, wrappedAs)
    const shown: unknown[] = Array.isArray(items) ? items : []
    const found = shown.findLast(isIt)
    if (found) return { data: found }
    if (shown.length < 100) return undefined
  }
}
