import { reduce } from '../../contract/reduce-run.ts'
import type { RunChange, RunIdentity, RunInputs } from '../../contract/run.ts'
import { decide } from '../domain/workflow/decide.ts'
import { describeGraph, type WorkflowDefinition } from '../domain/workflow/definition.ts'
import { evaluateTemplate } from '../domain/workflow/expressions.ts'
import {
  defaultRunName,
  type GithubAddresses,
  type GithubContext,
  githubContext,
} from '../domain/workflow/github-context.ts'
import { toTime } from '../store/columns.ts'
import { appendJournals } from '../store/journal.ts'
import { newId } from '../store/new-id.ts'
import type { RunRow } from '../store/rows/run.ts'
import { hasRun, insertRun, type RunBeginning } from '../store/runs.ts'
import type { Db } from '../store/store.ts'
import { type CountedWorkflow, countRun } from '../store/workflows.ts'
import type { Beginning, Beginnings } from './beginnings.ts'
import { findCalls, linkCalls } from './link-calls.ts'
import type { LoadedRun } from './load-run.ts'
import type { ReadValues } from './read-values.ts'
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

/** What starting a run needs besides its request. */
export interface Starting {
  definitions: Definitions
  beginnings: Beginnings
  addresses: GithubAddresses | undefined
  readValues: ReadValues
  now: number
}

/**
 * Writes a new run and the beginning of its journal in the caller's transaction, and answers its id; undefined when its
 * idempotency key is known. It goes on by itself once that is on disk. Throws `not_found` for a deleted workflow,
 * `conflict` for one that is switched off, and for what a person starts as `requireTargets`.
 */
export async function writeRun(
  tx: Db,
  request: StartRequest,
  starting: Starting,
): Promise<string | undefined> {
  if (await hasRun(tx, request.idempotencyKey)) return undefined
  return await writeCounted(tx, await countRun(tx, request.workflowId), request, starting)
}

/** As `writeRun`, of a workflow that has counted the run; nothing knows its idempotency key. */
export async function writeCounted(
  tx: Db,
  workflow: CountedWorkflow,
  request: StartRequest,
  starting: Starting,
): Promise<string | undefined> {
  const { workflowId: id } = request
  const own = await starting.definitions(tx, { id, version: workflow.version })
  const calls = await findCalls(tx, { id, definition: own, maker: workflow.created_by }, starting.definitions)
  const definition = await linkCalls(tx, { definition: own, calls }, starting.definitions)
  return await write(
    tx,
    {
      definition,
      maker: workflow.created_by,
      startedBy: request.startedBy,
      rerunOf: null,
      payload: request.payload,
      inputs: request.inputs ?? {},
      repositoryId: request.repository?.id ?? null,
      idempotencyKey: request.idempotencyKey,
      identity: {
        id: newId(),
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
        ...(calls && { calls }),
      },
    },
    starting,
  )
}

/** Writes the next attempt of a run that is over; undefined when there is one already. Throws as `requireTargets`. */
export async function writeRerun(
  tx: Db,
  { row, run, by }: { row: RunRow; run: LoadedRun; by: Person },
  starting: Omit<Starting, 'definitions'>,
): Promise<string | undefined> {
  const { state, github, definition } = run
  return await write(
    tx,
    {
      definition,
      maker: row.maker,
      startedBy: by.userId,
      rerunOf: row.id,
      payload: github.event,
      inputs: state.inputs,
      repositoryId: row.repository_id,
      idempotencyKey: `rerun:${row.id}`,
      identity: {
        id: newId(),
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
        first_actor: state.first_actor === undefined ? state.actor : state.first_actor,
        cause_depth: 0,
        ...(state.calls && { calls: state.calls }),
      },
    },
    starting,
  )
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
}

async function write(
  tx: Db,
  writing: Writing,
  { beginnings, addresses, readValues, now }: Omit<Starting, 'definitions'>,
): Promise<string | undefined> {
  const { definition, payload, inputs, maker, repositoryId: repository_id, startedBy: started_by } = writing
  const github = githubContext(writing.identity, payload, addresses)
  const identity = { ...writing.identity, name: writing.identity.name || runName(writing, github) }
  if (started_by !== null) {
    await requireTargets(tx, { maker, by: started_by, definition, github, inputs, touched: [] })
  }
  const created: RunChange = {
    kind: 'run.created',
    at: toTime(now),
    data: {
      ...identity,
      inputs,
      payload: identity.delivery_id === null ? payload : null,
      graph: describeGraph(definition),
    },
  }
  const { id, workflow_id, delivery_id, cause_depth } = identity
  const repositories = repository_id === null ? [] : [repository_id]
  const row: LoadedRun['row'] = {
    ...{ key: 0, id, workflow_id, repository_id, delivery_id, maker, started_by, cause_depth, epoch: 0 },
    repositories,
  }
  const state = reduce(null, created)
  const loaded: LoadedRun = { row, n: 1, definition, github, state }
  loaded.values = await readValues(tx, loaded)
  const beginning = await beginnings.begin(tx, loaded, now)
  const { repository: _, workflow_name: __, first_actor: ___, calls: ____, ...columns } = identity
  const key = await insertRun(
    tx,
    {
      ...columns,
      ...{ repository_id, maker, started_by, rerun_of: writing.rerunOf, created_at: now },
      idempotency_key: writing.idempotencyKey,
    },
    beginning && rowOf(beginning, row.epoch),
  )
  if (key === undefined) return undefined
  row.key = key
  const changes = [created, ...(beginning?.turn.changes ?? [])]
  const actor = `workflow:${workflow_id}`
  const seq = await appendJournals(tx, [{ run: row, n: 1, changes, actor, isStarted: true }], now)
  beginnings.goOn(tx, beginning, seq)
  return id
}

function rowOf({ turn, owner }: Beginning, epoch: number): RunBeginning {
  const { state } = turn.planned
  const isStarted = state.started_at !== null
  return {
    status: isStarted ? 'in_progress' : 'queued',
    started_at: isStarted ? turn.now : null,
    ...{ owner, epoch, wake_at: turn.parkUntil },
  }
}

/** `run-name`, or what the event is about where it is missing, empty or cannot be evaluated. */
function runName({ definition, payload, inputs }: Writing, github: GithubContext): string {
  const contexts = { github, inputs }
  const written = decide(() => evaluateTemplate(definition.run_name ?? '', contexts)).value
  return written?.trim().slice(0, 200) || defaultRunName(definition.name, payload)
}
