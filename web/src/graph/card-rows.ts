import type { GraphJob } from './graph-job.ts'
import type { Stage } from './stages.ts'

/** A card with so many jobs or fewer shows them all. */
export const foldAbove = 8
const shownWhenFolded = 6
/** A matrix may have hundreds that run. */
const mostRunning = 12

/** The rows of one card: the jobs that it shows, and how many a fold hides. */
export interface CardRows {
  jobs: readonly GraphJob[]
  hidden: number
}

/**
 * What a card shows of its jobs. A large card folds to its first few, plus what failed and the first of what runs: a fold
 * never hides those, nor the job that is selected. The order stays that of the definition.
 */
export function cardRows(
  stage: Stage,
  jobs: ReadonlyMap<string, GraphJob>,
  { open, selected }: { open: boolean; selected: string | null },
): CardRows {
  const all = stage.jobs.map((id) => jobs.get(id)!)
  if (open || all.length <= foldAbove) return { jobs: all, hidden: 0 }
  let running = 0
  const kept = all.filter(
    (job, i) =>
      i < shownWhenFolded ||
      (job.status === 'in_progress' && ++running <= mostRunning) ||
      job.conclusion === 'failure' ||
      job.id === selected,
  )
  return { jobs: kept, hidden: all.length - kept.length }
}

/** How many rows the card takes, the one that unfolds it included. */
export function rowCount({ jobs, hidden }: CardRows): number {
  return jobs.length + (hidden > 0 ? 1 : 0)
}
