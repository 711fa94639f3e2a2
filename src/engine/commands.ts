import type { RunInputs } from '../../contract/run.ts'
import { resolveInputs } from '../domain/workflow/resolve-inputs.ts'
import { coded } from '../errors.ts'
import { newId } from '../store/new-id.ts'
import type { RunRow } from '../store/rows/run.ts'
import { askCancel } from '../store/run-owners.ts'
import { findRun } from '../store/runs.ts'
import type { Db, Store } from '../store/store.ts'
import { countRun } from '../store/workflows.ts'
import type { DueRuns } from './due-runs.ts'
import type { LiveRun } from './live-run.ts'
import { loadRun } from './load-run.ts'
import { requireControl, requireRerun } from './require-targets.ts'
import { type Person, type Starting, writeCounted, writeRerun } from './start-run.ts'
import type { RunRepository } from './start-triggered.ts'

/** What people ask of the engine. */
export interface Commands {
  /**
   * Starts a workflow as a person asks. Throws `not_found`, `conflict` when it has no `workflow_dispatch`, is
   * switched off or its maker may not write to a repository that it may act in, `forbidden` when the person may not,
   * `invalid_request` for inputs that do not fit.
   */
  startByHand(
    tx: Db,
    request: { workflowId: string; inputs: RunInputs; repository: RunRepository | null; by: Person },
  ): Promise<string>
  /** Asks a run to stop. Throws `not_found`, `forbidden`, or `conflict` when it is over. */
  cancelRun(runId: string, by: Person): Promise<void>
  /**
   * Starts the next attempt of a run that is over, of the same version. Whoever asks is who started it, also where an
   * event started the one before. Throws `not_found`, `forbidden` or `conflict`.
   */
  rerunRun(runId: string, by: Person): Promise<string>
}

interface CommandsOptions {
  store: Store
  clock: () => number
  starting: Omit<Starting, 'now'>
  live: ReadonlyMap<string, LiveRun>
  due: DueRuns
}

/** Judges what a person asks and does it. */
export function createCommands(options: CommandsOptions): Commands {
  const { store, clock, live, due } = options
  const { addresses } = options.starting
  const starting = () => ({ ...options.starting, now: clock() })

  async function find(runId: string): Promise<RunRow> {
    const row = await findRun(store.read, runId)
    if (!row) throw coded('not_found', 'There is no such run.')
    return row
  }

  async function cancelHere(runId: string, by: string): Promise<boolean> {
    const run = live.get(runId)
    await run?.cancel(by)
    return run !== undefined
  }

  return {
    async startByHand(tx, { workflowId, inputs, repository, by }) {
      // What is refused below takes the count back with its transaction.
      const workflow = await countRun(tx, workflowId)
      const version = { id: workflowId, version: workflow.version }
      const { dispatch } = (await options.starting.definitions(tx, version)).on
      if (!dispatch)
        throw coded(
          'conflict',
          "This workflow has no 'workflow_dispatch' in 'on': it cannot be started by hand.",
        )
      const resolved = resolveInputs(dispatch, inputs)
      if (resolved.problems.length > 0)
        throw coded('invalid_request', `The inputs do not fit: ${resolved.problems.join('; ')}.`)
      const request = {
        workflowId,
        idempotencyKey: `manual:${newId()}`,
        event: 'workflow_dispatch',
        payload: {
          inputs: asTexts(resolved.inputs),
          repository: repository && named(repository),
          sender: { login: by.login },
        },
        deliveryId: null,
        repository,
        actor: by.login,
        startedBy: by.userId,
        causeDepth: 0,
        inputs: resolved.inputs,
      }
      const id = await writeCounted(tx, workflow, request, starting())
      if (!id) throw coded('internal', 'The run was not stored.')
      return id
    },

    async cancelRun(runId, by) {
      await requireControl(store.read, await loadRun(store.read, await find(runId), addresses), by.userId)
      if (await cancelHere(runId, by.login)) return
      const row = await find(runId)
      if (row.status === 'completed') throw coded('conflict', 'The run is over: there is nothing to cancel.')
      await store.write((tx) => askCancel(tx, { id: runId, by: by.login, now: clock() }))
      // Nobody's run is taken up for it; another process sees what was written down.
      if (row.owner !== null) return
      await due.takeUp(row)
      await cancelHere(runId, by.login)
    },

    async rerunRun(runId, by) {
      const row = await find(runId)
      const run = await loadRun(store.read, row, addresses)
      await requireRerun(store.read, run, by.userId)
      if (row.status !== 'completed') throw coded('conflict', 'The run is not over yet; cancel it first.')
      return await store.write(async (tx) => {
        const id = await writeRerun(tx, { row, run, by }, starting())
        if (!id) throw coded('conflict', 'The run was started again already; re-run its latest attempt.')
        return id
      })
    },
  }
}

/** In `github.event` inputs are texts, whatever type they have in `inputs`. */
function asTexts(inputs: RunInputs): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]))
}

/** What a run is told of the repository that a person names. */
function named({ id, full_name, default_branch }: RunRepository): RunRepository {
  return { id, full_name, ...(default_branch && { default_branch }) }
}
