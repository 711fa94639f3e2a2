import { randomUUIDv7 } from 'node:crypto'
import { type RunChange, type RunIdentity, type RunInputs, reduce } from '../../contract/run.ts'
import { decide } from '../domain/workflow/decide.ts'
import { describeGraph, type WorkflowDefinition } from '../domain/workflow/definition.ts'
import { evaluateTemplate } from '../domain/workflow/expressions.ts'
import { defaultRunName, githubContext } from '../domain/workflow/github-context.ts'
import { appendJournals } from '../store/journal.ts'
import type { RunRow } from '../store/rows/run.ts'
import { hasRun, insertRun } from '../store/runs.ts'
import type { Db } from '../store/store.ts'
import { countRun } from '../store/workflows.ts'
import type { LoadedRun } from './load-run.ts'
import { requireTargets } from './require-targets.ts'

/** Somebody signed in. */
export interface Person {
  userId: string
  login: string
}

/** Why and about what a run starts. */
export interface StartRequest {
  workflowId: string
  /** A second request with the same key starts nothing. */
  idempotencyKey: string
  /** As in `github.event_name`. */
  event: string
  /** As in `github.event`. */
  payload: unknown
  /** The delivery that holds the payload; null: the journal keeps the payload. */
  deliveryId: string | null
  repository: { id: number; full_name: string } | null
  /** Login of who caused it, null for a schedule. */
  actor: string | null
  /** The user who starts it; null: an event or a schedule does. */
  startedBy: string | null
  /** How many runs caused one another before this one. */
  causeDepth: number
  inputs?: RunInputs
}

/** Reads the definition of a version, or remembers it. */
export type Definitions = (db: Db, version: { id: string; version: number }) => Promise<WorkflowDefinition>

/**
 * Writes a new run and the beginning of its journal in the caller's transaction; undefined when its idempotency
 * key is known. Throws `not_found` for a deleted workflow, `conflict` for one that is switched off, and for what a
 * person starts as `requireTargets`.
 */
export async function writeRun(
  tx: Db,
  request: StartRequest,
  { definitions, now }: { definitions: Definitions; now: number },
): Promise<LoadedRun | undefined> {
  if (await hasRun(tx, request.idempotencyKey)) return undefined
  const workflow = await countRun(tx, request.workflowId)
  const { workflowId: id } = request
  const definition = await definitions(tx, { id, version: workflow.version })
  return await write(tx, {
    definition,
    now,
    maker: workflow.created_by,
    startedBy: request.startedBy,
    rerunOf: null,
    payload: request.payload,
    inputs: request.inputs ?? {},
    repositoryId: request.repository?.id ?? null,
    idempotencyKey: request.idempotencyKey,
    identity: {
      id: randomUUIDv7(),
      workflow_id: id,
      workflow_name: workflow.name,
      version: workflow.version,
      number: workflow.run_count,
      attempt: 1,
      name: '',
      event: request.event,
      repository: request.repository?.full_name ?? null,
      delivery_id: request.deliveryId,
      actor: request.actor,
      cause_depth: request.causeDepth,
    },
  })
}

/** Writes the next attempt of a run that is over; undefined when there is one already. Throws as `requireTargets`. */
export async function writeRerun(
  tx: Db,
  { row, run, by, now }: { row: RunRow; run: LoadedRun; by: Person; now: number },
): Promise<LoadedRun | undefined> {
  const { state, github, definition } = run
  return await write(tx, {
    definition,
    now,
    maker: row.maker,
    startedBy: by.userId,
    rerunOf: row.id,
    payload: github.event,
    inputs: state.inputs,
    repositoryId: row.repository_id,
    idempotencyKey: `rerun:${row.id}`,
    identity: {
      id: randomUUIDv7(),
      workflow_id: row.workflow_id,
      workflow_name: state.workflow_name,
      version: row.version,
      number: row.number,
      attempt: row.attempt + 1,
      name: row.name,
      event: row.event,
      repository: state.repository,
      delivery_id: row.delivery_id,
      actor: by.login,
      cause_depth: 0,
    },
  })
}

interface Writing {
  definition: WorkflowDefinition
  identity: RunIdentity
  payload: unknown
  inputs: RunInputs
  repositoryId: number | null
  maker: string
  startedBy: string | null
  idempotencyKey: string
  rerunOf: string | null
  now: number
}

async function write(tx: Db, writing: Writing): Promise<LoadedRun | undefined> {
  const { definition, payload, inputs, maker, startedBy: started_by, now } = writing
  const identity = { ...writing.identity, name: writing.identity.name || runName(writing) }
  const { repository: _, workflow_name: __, ...columns } = identity
  const github = githubContext(identity, payload)
  if (started_by !== null) {
    await requireTargets(tx, { maker, by: started_by, definition, github, inputs, touched: [] })
  }
  const repositories = writing.repositoryId === null ? [] : [writing.repositoryId]
  const row = { ...columns, repository_id: writing.repositoryId, maker, started_by, repositories }
  const { repositories: _told, ...inserting } = row
  const key = await insertRun(tx, {
    ...inserting,
    rerun_of: writing.rerunOf,
    idempotency_key: writing.idempotencyKey,
    created_at: now,
  })
  if (key === undefined) return undefined

  const created: RunChange = {
    kind: 'run.created',
    at: new Date(now).toISOString(),
    data: {
      ...identity,
      inputs,
      payload: identity.delivery_id === null ? payload : null,
      graph: describeGraph(definition),
    },
  }
  const run = { ...row, key, epoch: 0 }
  await appendJournals(tx, [{ run, n: 1, changes: [created], actor: identity.actor }], now)
  return { row: run, n: 1, definition, github, state: reduce(null, created) }
}

/** `run-name`, or what the event is about where it is missing, empty or cannot be evaluated. */
function runName({ definition, identity, payload, inputs }: Writing): string {
  const contexts = { github: githubContext(identity, payload), inputs }
  const written = decide(() => evaluateTemplate(definition.run_name ?? '', contexts)).value
  return written?.trim().slice(0, 200) || defaultRunName(definition.name, payload)
}
