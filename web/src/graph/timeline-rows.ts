import type { JobState, RunState, StepState } from '../../../contract/run.ts'
import { millis } from './graph-job.ts'
import { shortNames, withParts } from './job-parts.ts'
import type { Span } from './time-scale.ts'

/** One bar of the timeline: a job, or a step of it. */
export interface TimelineRow {
  id: string
  job: string
  step: string | null
  /** The jobs that it is a part of, the nearest first. */
  within: readonly string[]
  /** A job that has parts, which can be folded away. */
  whole: boolean
  name: string
  status: string
  conclusion: string | null
  /** Between the moment when nothing stood in its way any more and its start. */
  waiting: Span | null
  /** null: it has not started. */
  bar: Span | null
  /** The bar itself is waiting: for a time to come. */
  asleep: boolean
}

/** The time that a run covers so far. */
export function spanOf(run: RunState, now: number): Span {
  return {
    from: millis(run.created_at),
    to: Math.max(millis(run.completed_at) ?? now, millis(run.created_at) + 1),
  }
}

/** A row for every job, each followed by its steps and its parts, in the order of the definition. */
export function timelineRows(run: RunState, now: number): TimelineRow[] {
  const endOf = new Map(run.jobs.map((job) => [job.id, millis(job.completed_at)]))
  const end = millis(run.completed_at) ?? now
  const names = shortNames(run.jobs)
  const parentOf = new Map(run.jobs.map(({ id, parent }) => [id, parent]))
  return withParts(run.jobs).flatMap((job) => {
    const within: string[] = []
    for (let id = job.parent; id !== undefined; id = parentOf.get(id)) within.push(id)
    const ready = job.needs.reduce<number | null>((latest, need) => {
      const needEnd = endOf.get(need) ?? null
      return latest === null || needEnd === null ? null : Math.max(latest, needEnd)
    }, millis(run.created_at))
    const started = millis(job.started_at)
    const ran = job.conclusion !== 'skipped'
    const row: TimelineRow = {
      ...progress(job, end),
      id: job.id,
      job: job.id,
      step: null,
      name: names.get(job.id)!,
      within,
      whole: job.expanded === true,
      waiting: ready !== null && ran ? spanIfAny(ready, started ?? millis(job.completed_at) ?? end) : null,
      asleep: false,
    }
    return [row, ...job.steps.map((step) => ({ ...stepRow(job, step, end), within }))]
  })
}

/** The stretches in which a step did work: what a shortened axis must keep in full. */
export function busySpans(rows: readonly TimelineRow[]): Span[] {
  return rows.flatMap((row) => (row.step !== null && row.bar && !row.asleep ? [row.bar] : []))
}

function stepRow(job: JobState, step: StepState, end: number): TimelineRow {
  return {
    ...progress(step, end),
    id: `${job.id}/${step.id}`,
    job: job.id,
    step: step.id,
    within: [],
    whole: false,
    waiting: null,
    asleep: step.wake_at !== null,
  }
}

function progress(part: JobState | StepState, end: number) {
  const from = millis(part.started_at)
  return {
    name: part.name,
    status: part.status,
    conclusion: part.conclusion,
    bar: from === null ? null : { from, to: Math.max(from, millis(part.completed_at) ?? end) },
  }
}

function spanIfAny(from: number, to: number): Span | null {
  return to > from ? { from, to } : null
}
