import type { RunState } from '../../../contract/run.ts'
import type { Conclusion } from '../../../contract/workflows.ts'
import type { Concurrency } from './definition.ts'
import { joinConclusions } from './expand-job.ts'
import { createDraft, type Draft, emit, type Plan, placeIn } from './plan-draft.ts'
import { askForTurn, endsNow, endUnbegun, jobLimit } from './plan-job.ts'
import { runContexts, type Situation } from './run-contexts.ts'
import type { RunJobs } from './run-jobs.ts'
import { dueAt } from './sleeping.ts'

export type { Plan }

/**
 * Decides all that can be decided now: which jobs and steps start, are skipped or are over, and what must be
 * stopped. Pure; planning again with the answer's state and the same time changes nothing (unless there is `more`).
 * With `touched` it looks only at those jobs, which something has happened to, and at what that lets move: after one
 * plan of everything that decides the same.
 *
 * Cancelling goes as on GitHub: a running job's `if` is asked again with `cancelled()` true; unless it holds, the
 * running step is asked the same way and stopped, and of the rest only steps that ask for it still run.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
export function plan(start: Situation, now: number, touched?: Iterable<string>): Plan {
  const draft = createDraft(start, now)
  if (start.state.status === 'completed') return draft
  if (draft.definition.concurrency && !entersRun(draft, draft.definition.concurrency)) return draft
  const { jobs, places } = draft.run
  let looked = new Array<boolean>(jobs.length).fill(touched === undefined)
  for (const id of touched ?? [])
    for (const each of within(draft.run, id)) looked[placeIn(places, each)] = true
  let hasEnded = touched === undefined
  for (let next: boolean[] | undefined = looked; next; ) {
    looked = next
    next = undefined
    const look = (id: string): void => {
      const place = placeIn(draft.run.places, id)
      next ??= []
      looked[place] = true
      next[place] = true
    }
    // What a job expands to is added to their end.
    for (let index = 0; index < draft.run.jobs.length; index++) {
      if (!looked[index]) continue
      const job = draft.run.jobs[index]!
      if (!endsNow(draft, index, job, look)) continue
      hasEnded = true
      // A job that ends may let jobs start that stand anywhere in the source.
      for (const dependent of draft.run.dependents.get(job.id) ?? []) look(dependent.id)
      if (!job.part) continue
      look(job.part.parent)
      for (const { id } of draft.run.parts.get(job.part.parent)!.jobs) within(draft.run, id).forEach(look)
    }
  }
  foresee(draft)
  if (hasEnded && draft.state.jobs.every((job) => job.status === 'completed')) {
    emit(draft, 'run.finished', { conclusion: runConclusion(draft.state) })
  }
  return draft
}

/** A job and all that it has become: what stops it stops them. */
function within(run: RunJobs, id: string): string[] {
  const parts = run.parts.get(id)
  return parts ? [id, ...parts.jobs.flatMap((part) => within(run, part.id))] : [id]
}

/** Whether a run is alone in its group; until then nothing of it moves. One that may not wait any more ends. */
function entersRun(draft: Draft, concurrency: Concurrency): boolean {
  const { state } = draft
  if (state.concurrency?.entered_at) return true
  const { error } = state.concurrency
    ? { error: null }
    : askForTurn(draft, { concurrency, job: null, contexts: () => runContexts(draft) })
  if (error || state.cancel_requested_at !== null) {
    for (const { id } of draft.run.jobs) endUnbegun(draft, id, error)
    emit(draft, 'run.finished', { conclusion: error ? 'failure' : 'cancelled' })
  } else draft.waiting = true
  return false
}

/** What is going on, and until when nothing has to be decided. */
function foresee(draft: Draft): void {
  const { jobs } = draft.state
  for (let index = 0; index < jobs.length; index++) {
    const { status, steps, concurrency } = jobs[index]!
    if (concurrency?.entered_at === null && status === 'queued') draft.waiting = true
    if (status !== 'in_progress') continue
    const job = draft.run.jobs[index]!
    const limit = jobLimit(draft, job)
    if (limit > draft.now) wakeBy(draft, limit)
    for (let at = 0; at < steps.length; at++) {
      if (steps[at]!.status !== 'in_progress') continue
      const due = dueAt(draft, steps[at]!, { job, step: job.steps[at]! })
      if (due === null) draft.performing = true
      else wakeBy(draft, due)
    }
  }
}

function wakeBy(draft: Draft, time: number): void {
  if (time < (draft.wakeAt ?? Number.POSITIVE_INFINITY)) draft.wakeAt = time
}

/** As GitHub's: a failure counts most. */
function runConclusion(state: RunState): Conclusion {
  if (state.cancel_requested_at !== null) return 'cancelled'
  return joinConclusions(state.jobs.map(({ conclusion }) => conclusion))
}
