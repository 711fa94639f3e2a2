import type { Insights, Measures } from '../../../contract/insights.ts'
import type { CiRun, Deployed, History, Merged } from './history.ts'
import { measure, type Outcomes, outcomesOf } from './measure.ts'

export const dayMs = 24 * 60 * 60 * 1_000

/** Days are those of UTC; the last one is the day of `now`, as far as it has come. */
export interface Stretch {
  /** Milliseconds since the epoch. */
  since: number
  until: number
  days: number
}

/** The stretch of so many days that ends now. */
export function stretchOf(now: number, days: number): Stretch {
  const today = Math.floor(now / dayMs) * dayMs
  return { since: today - (days - 1) * dayMs, until: now, days }
}

/** The earliest that is looked at: the beginning of the stretch before, which is compared. */
export const earliestOf = ({ since, days }: Stretch): number => since - days * dayMs

/**
 * Measures a stretch, each of its days and each repository, and the stretch before. A thing belongs to the day on which
 * it ended: a merge, the end of a run, of a deployment.
 */
export function summarise(
  history: History,
  { since, until, days }: Stretch,
  nameOf: (repositoryId: number) => string | undefined,
): Insights {
  const outcomes = outcomesOf(history.deployed)
  const dayOf = (at: number) => Math.floor((at - since) / dayMs)
  const within = endedWithin(history, { from: since, to: until + 1 })
  const byDay = split(within, (_, at) => dayOf(at))
  const byRepository = split(within, (repositoryId) => repositoryId)
  return {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    now: measure(within, outcomes),
    before: measure(endedWithin(history, { from: since - days * dayMs, to: since }), outcomes),
    days: Array.from({ length: days }, (_, index) => ({
      day: new Date(since + index * dayMs).toISOString().slice(0, 10),
      ...measure(byDay.get(index) ?? nothing, outcomes),
    })),
    repositories: measureEach(byRepository, outcomes, nameOf),
  }
}

const nothing: History = { merged: [], runs: [], deployed: [] }

function measureEach(
  parts: ReadonlyMap<number, History>,
  outcomes: Outcomes,
  nameOf: (repositoryId: number) => string | undefined,
): ({ repository: string } & Measures)[] {
  const busy = ({ merged, ci_runs, deployments }: Measures) => merged + ci_runs + deployments
  return [...parts]
    .flatMap(([id, part]) => {
      const repository = nameOf(id)
      return repository === undefined ? [] : [{ repository, ...measure(part, outcomes) }]
    })
    .sort((a, b) => busy(b) - busy(a) || (a.repository < b.repository ? -1 : 1))
}

/** What ended from one moment on and before another. */
function endedWithin(
  { merged, runs, deployed }: History,
  { from, to }: { from: number; to: number },
): History {
  const isWithin = (at: number) => at >= from && at < to
  return {
    merged: merged.filter(({ merged_at }) => isWithin(merged_at)),
    runs: runs.filter(({ ended_at }) => isWithin(ended_at)),
    deployed: deployed.filter(({ ended_at }) => isWithin(ended_at)),
  }
}

interface Part {
  merged: Merged[]
  runs: CiRun[]
  deployed: Deployed[]
}

/** Parts of a history by what each thing belongs to. */
function split(history: History, keyOf: (repositoryId: number, at: number) => number): Map<number, History> {
  const parts = new Map<number, Part>()
  const partOf = (repositoryId: number, at: number) => {
    const key = keyOf(repositoryId, at)
    const known: Part = parts.get(key) ?? { merged: [], runs: [], deployed: [] }
    parts.set(key, known)
    return known
  }
  for (const pull of history.merged) partOf(pull.repository_id, pull.merged_at).merged.push(pull)
  for (const run of history.runs) partOf(run.repository_id, run.ended_at).runs.push(run)
  for (const one of history.deployed) partOf(one.repository_id, one.ended_at).deployed.push(one)
  return parts
}
