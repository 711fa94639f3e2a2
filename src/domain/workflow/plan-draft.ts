import { reduce } from '../../../contract/reduce-run.ts'
import type { JobState, RunChange, RunChangeData, RunError, RunState } from '../../../contract/run.ts'
import { coded, type ErrorCode } from '../../errors.ts'
import type { StepRef } from './finish-step.ts'
import { toIsoTime } from './iso-time.ts'
import { jobState, type Situation } from './run-contexts.ts'
import { type RunJob, type RunJobs, runJobs } from './run-jobs.ts'
import { maskChange } from './run-values.ts'

export interface Plan {
  /** To append to the journal; steps started here are to be performed once this is on disk. */
  changes: RunChange[]
  /** The state after these changes. */
  state: RunState
  /** Steps being performed that must be stopped; each still ends with `step.finished`. */
  cancel: StepRef[]
  /** When the next step that sleeps or waits is due, in milliseconds. */
  wakeAt: number | null
  /** A step is being performed, or is to be. */
  performing: boolean
  /** It, or a job of it, waits for its turn in a concurrency group. */
  waiting: boolean
  /** There is more to decide now: many steps that are done in the moment they start. */
  more: boolean
}

/** Steps that one plan does by itself, at most: the rest of the process has to come to its turn. */
const pureStepsAtOnce = 100

/** Where a job stands among those of its run. Throws when there is none of that id. */
export function placeIn(places: RunJobs['places'], id: string): number {
  const place = places.get(id)
  if (place === undefined) throw new Error(`the run has no job ${id}`)
  return place
}

/** A plan in the making: each change moves the state that the next decision sees. */
export interface Draft extends Plan, Situation {
  /** Its jobs, as far as they are known. */
  run: RunJobs
  now: number
  at: string
  pureStepsLeft: number
}

/** A plan of nothing yet. */
export function createDraft(situation: Situation, now: number): Draft {
  const { definition, github, state, values } = situation
  return {
    changes: [],
    state,
    cancel: [],
    wakeAt: null,
    performing: false,
    waiting: false,
    more: false,
    definition,
    github,
    ...(values && { values }),
    run: runJobs(situation),
    now,
    at: toIsoTime(now),
    pureStepsLeft: pureStepsAtOnce,
  }
}

/** Adds an entry to the journal. */
export function emit<K extends keyof RunChangeData>(draft: Draft, kind: K, data: RunChangeData[K]): void {
  const change = maskChange({ kind, at: draft.at, data } as RunChange, draft.values?.masks)
  draft.changes.push(change)
  draft.state = reduce(draft.state, change)
}

/** A definition and the journal that began with it name the same jobs in the same order. */
export function jobAt(draft: Draft, index: number, { id }: RunJob): JobState {
  const job = draft.state.jobs[index]
  return job?.id === id ? job : jobState(draft.state, id)
}

/** The state of a job. */
export function jobOf(draft: Draft, id: string): JobState {
  return draft.state.jobs[placeIn(draft.run.places, id)]!
}

/** Why something ends at once that cannot run here. */
export function unableError(reason: string): RunError {
  return runError('cannot_run_here', `It cannot run here: ${reason}.`)
}

/** An error of the table, as a journal keeps it. */
export function runError(code: ErrorCode, detail: string): RunError {
  return { code, message: coded(code, detail).message }
}
