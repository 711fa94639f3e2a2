import { createHash } from 'node:crypto'
import type { Act } from '../../contract/acts/act.ts'
import type { Repository } from '../../contract/mirror.ts'
import type { Viewer } from '../domain/access.ts'
import { isRefusal } from '../domain/effects.ts'
import { refuseAct } from '../domain/judge-act.ts'
import { pick } from '../domain/workflow/pick.ts'
import { coded, isCoded, messageOf } from '../errors.ts'
import type { ActCall, Sent } from '../github/act-call.ts'
import type { GithubClient } from '../github/create-client.ts'
import { isDoneAlready, recallAct, sendAct } from '../github/send-act.ts'
import { type Claim, claimAct, forgetAct, listOutcomes, releaseAct, settleAct } from '../store/acts.ts'
import { appendAudit } from '../store/audit.ts'
import { type ActTarget, authorOf, findActTarget, nameOfTarget } from './act-target.ts'
import type { HttpDeps } from './deps.ts'
import type { createOwnClient } from './own-client.ts'
import { saveAnswer } from './save-answer.ts'

/** One person's wish to act. */
export interface Wish {
  name: string
  act: Act
  repository: Repository
  viewer: Viewer
  ip: string
  /** What stands in the address. */
  values: Readonly<Record<string, string | number>>
  body: Readonly<Record<string, unknown>>
  /** Made by who asks: the same key is the same act, however often it is asked for. */
  key: string
}

export type ActDeps = Pick<HttpDeps, 'store' | 'clock' | 'log'> & ReturnType<typeof createOwnClient>

/** GitHub must have answered by then; somebody else may ask again a little later. */
const patienceMs = 25_000
const heldMs = patienceMs + 5_000

/**
 * Does something on GitHub in a person's name, once: it is written down before GitHub is asked and with what came of
 * it, so that asking again with the same key answers the same, and a try whose answer was lost is looked for on GitHub
 * before it is made again. Answers with the item as the mirror has it now, or null. Throws `github_refused` with
 * GitHub's reason, and `github_unavailable` when nobody knows: then the same key may be asked again.
 */
export async function performAct(deps: ActDeps, wish: Wish): Promise<object | null> {
  const { store, clock } = deps
  const { act, repository, viewer, values, body, key } = wish
  const target = await findActTarget(store.read, act, { repositoryId: repository.id, values })
  const refusal = refuseAct(act, {
    ...repository,
    login: viewer.login,
    author: authorOf(target),
    fields: Object.keys(body),
  })
  if (refusal) throw coded('forbidden', refusal)
  const client = await deps.ownClient(viewer)

  const now = clock()
  const claim = await store.write(async (tx) => {
    const claimed = await claimAct(tx, {
      ...{ userId: viewer.userId, key, name: wish.name, repository_id: repository.id },
      ...{ digest: digestOf(wish), now, heldUntil: now + heldMs },
    })
    if (claimed.state === 'claimed') await audit(deps, wish, { tx, target, detail: claimed.again && 'again' })
    return claimed
  })
  if (claim.state !== 'claimed') return answerOf(claim)
  return await carryOut(deps, wish, { client, target, claim })
}

interface Chance {
  client: GithubClient
  target: ActTarget | null
  claim: Extract<Claim, { state: 'claimed' }>
}

async function carryOut(
  deps: ActDeps,
  wish: Wish,
  { client, target, claim }: Chance,
): Promise<object | null> {
  const { store } = deps
  const { act, viewer, key } = wish
  const id = { userId: viewer.userId, key }
  const call: ActCall = { ...wish, login: viewer.login, signal: AbortSignal.timeout(patienceMs) }
  try {
    const earlier = claim.again ? await recall(deps, wish, { client, call, since: claim.begunAt }) : undefined
    const sent = earlier ?? (await sendOnce(client, call, { act, again: claim.again }))
    return await saveAnswer(deps, { wish, target, sent, client, signal: call.signal })
  } catch (error) {
    const unsent = isCoded(error, 'github_unauthorized') || isCoded(error, 'github_rate_limited')
    if (unsent) await store.write((tx) => (claim.again ? releaseAct(tx, id) : forgetAct(tx, id)))
    if (unsent) throw error
    if (!isRefusal(error)) {
      await store.write(async (tx) => {
        await releaseAct(tx, id)
        await audit(deps, wish, { tx, target, detail: 'unanswered' })
      })
      throw isCoded(error)
        ? error
        : coded('github_unavailable', `GitHub did not answer: ${messageOf(error)}`, { cause: error })
    }
    const outcome = { code: 'github_refused', detail: messageOf(error) }
    await store.write(async (tx) => {
      await settleAct(tx, { ...id, state: 'refused', outcome })
      await audit(deps, wish, { tx, target, detail: 'refused', reason: outcome.detail })
    })
    throw coded('github_refused', outcome.detail, { cause: error })
  }
}

async function sendOnce(
  client: GithubClient,
  call: ActCall,
  { act, again }: { act: Act; again: boolean },
): Promise<Sent> {
  try {
    return await sendAct(client, call)
  } catch (error) {
    if (again && isDoneAlready(error, act.recall)) return unknownAnswer
    throw error
  }
}

/** It was done, and nobody knows what GitHub said of it. */
const unknownAnswer: Sent = { data: null, at: null, nodes: {} }

async function recall(
  { store }: ActDeps,
  { viewer, name }: Wish,
  { client, call, since }: { client: GithubClient; call: ActCall; since: number },
): Promise<Sent | undefined> {
  const outcomes = await listOutcomes(store.read, { userId: viewer.userId, name, since: since - heldMs })
  const others = new Set(outcomes.map((outcome) => pick(outcome, 'id')))
  const found = await recallAct(client, { ...call, since, others })
  return found && { ...unknownAnswer, data: found.data }
}

/** What was found out before. */
function answerOf(claim: Exclude<Claim, { state: 'claimed' }>): object | null {
  switch (claim.state) {
    case 'done':
      return claim.outcome as object | null
    case 'refused':
      throw coded('github_refused', String(pick(claim.outcome, 'detail')))
    case 'held':
      throw coded('unavailable', 'GitHub is being asked for this already. Ask again in a moment.', {
        retryAfterMs: 1_000,
      })
    case 'other':
      throw coded('conflict', 'This Idempotency-Key was used for another request. Make a new one.')
  }
}

function digestOf({ name, repository, values, body }: Wish): string {
  const text = JSON.stringify([name, repository.id, values, body])
  return createHash('sha256').update(text).digest('base64url')
}

type Tx = Parameters<Parameters<HttpDeps['store']['write']>[0]>[0]

async function audit(
  { clock }: Pick<ActDeps, 'clock'>,
  { name, viewer, repository, values, ip, key }: Wish,
  entry: { tx: Tx; target: ActTarget | null; detail: string | false; reason?: string },
): Promise<void> {
  await appendAudit(entry.tx, {
    at: clock(),
    actor: viewer.login,
    action: entry.detail ? `${name}.${entry.detail}` : name,
    target: nameOfTarget(repository.full_name, { values, target: entry.target }),
    ip,
    detail: { key, ...(entry.reason !== undefined && { reason: entry.reason }) },
  })
}
