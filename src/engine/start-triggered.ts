import { maxCauseDepth } from '../domain/effects.ts'
import { matchesTrigger } from '../domain/triggers.ts'
import { isCoded, messageOf } from '../errors.ts'
import { inSavepoint, isDatabaseError } from '../store/savepoint.ts'
import type { Db } from '../store/store.ts'
import { type Listening, listListening } from '../store/workflow-triggers.ts'
import { noteFault } from '../store/workflows.ts'
import { type Cause, findCause } from './find-cause.ts'
import type { StartRequest } from './start-run.ts'
import type { Log } from './turns.ts'

/** A repository that an event or a person names. */
export interface RunRepository {
  id: number
  full_name: string
  default_branch?: string
}

/** A webhook that was applied. */
export interface TriggeringEvent {
  event: string
  action: string | null
  payload: unknown
  deliveryId: string
  receivedAt: number
  repository: RunRepository
  /** Login of the sender. */
  actor: string | null
}

interface Starting {
  startRun(tx: Db, request: StartRequest): Promise<string | null>
  log: Log
  now: number
}

/**
 * Starts every workflow that an event triggers. What a step caused starts only workflows that opted in, and no chain of
 * runs that is too long. A workflow that throws while it is started takes nothing else down: the fault is written on it.
 */
export async function startTriggered(
  tx: Db,
  happened: TriggeringEvent,
  starting: Starting,
): Promise<string[]> {
  const { event: name, action, payload, repository } = happened
  const listening = await listListening(tx, { event: name, repositoryId: repository.id })
  const matching = listening.filter(({ trigger }) =>
    matchesTrigger(trigger, { name, action, payload, repository: repository.full_name }),
  )
  const cause = await findCause(tx, happened)
  const started: string[] = []
  for (const { workflowId, trigger } of matching) {
    const causeDepth = await depthAfter(tx, { cause, trigger, workflowId }, starting.now)
    if (causeDepth === null) continue
    const id = await startOne(tx, { workflowId, trigger, causeDepth, happened }, starting)
    if (id) started.push(id)
  }
  return started
}

/** How deep in a chain a run would be that this cause starts; null: it starts none. */
async function depthAfter(
  tx: Db,
  { cause, trigger, workflowId }: { cause: Cause } & Listening,
  now: number,
): Promise<number | null> {
  if (cause.by === 'people') return 0
  if (!trigger.chain || cause.depth === null) return null
  if (cause.depth < maxCauseDepth) return cause.depth + 1
  const message =
    `Not started: the chain of runs that caused one another would be longer than ${maxCauseDepth + 1}. ` +
    'Break the circle with a condition in one of the workflows.'
  await noteFault(tx, { id: workflowId, message, now })
  return null
}

async function startOne(
  tx: Db,
  {
    workflowId,
    trigger,
    causeDepth,
    happened,
  }: Listening & { causeDepth: number; happened: TriggeringEvent },
  { startRun, log, now }: Starting,
): Promise<string | null> {
  const { payload, deliveryId, repository, actor } = happened
  const { event } = trigger
  // One webhook may bring two events of one workflow, such as `pull_request` and `pull_request_target`.
  const apart = event === happened.event ? '' : `:${event}`
  const request = {
    workflowId,
    idempotencyKey: `delivery:${deliveryId}:${workflowId}${apart}`,
    ...{ event, payload, deliveryId, repository, actor, causeDepth },
    startedBy: null,
  }
  try {
    return await inSavepoint(tx, () => startRun(tx, request))
  } catch (error) {
    // Not the workflow's fault: the whole delivery is tried again.
    if (isDatabaseError(error) || (isCoded(error) && error.retryable)) throw error
    log.error({ workflow: workflowId, delivery: deliveryId, err: error }, 'a workflow cannot be started')
    const reason = isCoded(error) ? messageOf(error) : 'The hub failed to start it; its log says why.'
    await noteFault(tx, { id: workflowId, message: reason, now })
    return null
  }
}
