import { reduce } from '../../contract/reduce-run.ts'
import type { RunState } from '../../contract/run.ts'
import type { WorkflowDefinition } from '../domain/workflow/definition.ts'
import { type GithubAddresses, githubContext } from '../domain/workflow/github-context.ts'
import type { Situation } from '../domain/workflow/run-contexts.ts'
import { coded } from '../errors.ts'
import { loadDelivery } from '../store/deliveries.ts'
import { readJournal } from '../store/journal.ts'
import type { RunRow } from '../store/rows/run.ts'
import { listRunRepositories } from '../store/run-audience.ts'
import type { OwnedRun } from '../store/runs.ts'
import type { Db } from '../store/store.ts'
import { loadDefinition } from '../store/workflows.ts'
import { linkCalls } from './link-calls.ts'

/** A run with all that is needed to go on with it. */
export interface LoadedRun extends Situation {
  row: OwnedRun & Pick<RunRow, 'workflow_id' | 'cause_depth' | 'epoch'>
  /** Entries that its journal has. */
  n: number
}

/** Reads a run back from its journal. Throws when the journal is empty. */
export async function loadRun(db: Db, row: RunRow, addresses?: GithubAddresses): Promise<LoadedRun> {
  const [definition, journal, repositories, delivered] = await Promise.all([
    loadDefinition(db, { id: row.workflow_id, version: row.version }),
    readJournal(db, row.id),
    listRunRepositories(db, row.id),
    row.delivery_id === null ? undefined : loadPayload(db, row.delivery_id),
  ])
  const [created, ...rest] = journal
  if (created?.kind !== 'run.created') throw new Error(`the journal of run ${row.id} has no beginning`)
  const github = githubContext(created.data, delivered ?? created.data.payload, addresses)
  const state = rest.reduce<RunState>(reduce, reduce(null, created))
  const linked = await linkCalls(db, { definition, calls: created.data.calls }, loadDefinition)
  return { row: { ...row, repositories }, n: journal.at(-1)!.n, definition: linked, github, state }
}

async function loadPayload(db: Db, deliveryId: string): Promise<unknown> {
  const delivery = await loadDelivery(db, deliveryId)
  if (!delivery?.body) {
    throw coded('conflict', 'The webhook that started this run is not kept any more.')
  }
  return JSON.parse(Buffer.from(delivery.body).toString())
}

/** Remembers definitions: a version never changes. */
export function createDefinitions(most = 500) {
  const known = new Map<string, WorkflowDefinition>()
  return async (db: Db, version: { id: string; version: number }): Promise<WorkflowDefinition> => {
    const key = `${version.id}@${version.version}`
    const found = known.get(key) ?? (await loadDefinition(db, version))
    if (known.size >= most) known.clear()
    known.set(key, found)
    return found
  }
}
