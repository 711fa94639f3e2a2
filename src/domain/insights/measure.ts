import type { Measures } from '../../../contract/insights.ts'
import type { CiRun, Deployed, History, Merged } from './history.ts'
import { median, share } from './statistics.ts'

/** Conclusions of Actions runs that say something about the code. */
const failures: ReadonlySet<string | null> = new Set(['failure', 'timed_out', 'startup_failure'])

/** What is measured of a history, all of which counts. How each measure is defined: `docs/insights.md`. */
export function measure({ merged, runs, deployed }: History, outcomes: Outcomes): Measures {
  const good = deployed.filter(({ succeeded }) => succeeded)
  const passed = runs.filter(({ conclusion }) => conclusion === 'success').length
  const failed = runs.filter(({ conclusion }) => failures.has(conclusion)).length
  const flaky = judgedCommits(runs)
  return {
    deployments: good.length,
    lead_time_ms: median(merged.flatMap((pull) => spanTo(pull.created_at, outcomes.carriedAt(pull)))),
    change_failure_rate: share(deployed.length - good.length, deployed.length),
    restore_time_ms: median(
      deployed
        .filter(({ succeeded }) => !succeeded)
        .flatMap((failure) => spanTo(failure.ended_at, outcomes.restoredAt(failure))),
    ),
    merged: merged.length,
    first_review_ms: median(merged.flatMap((pull) => spanTo(pull.created_at, pull.first_review_at))),
    merge_ms: median(merged.map((pull) => pull.merged_at - pull.created_at)),
    ci_runs: runs.length,
    ci_failure_rate: share(failed, passed + failed),
    ci_duration_ms: median(runs.map((run) => Math.max(0, run.ended_at - run.started_at))),
    ci_queue_ms: median(runs.flatMap((run) => spanTo(run.started_at, run.first_job_at))),
    ci_flaky_rate: share(flaky.unsure, flaky.judged),
  }
}

/** The span to a later moment, as a list of one; of one that is not known, or before, none. */
const spanTo = (from: number, to: number | null): number[] => (to === null || to < from ? [] : [to - from])

/** Commits that a workflow passed or failed, and those on which it did both; an attempt after the first follows a failure. */
function judgedCommits(runs: readonly CiRun[]): { judged: number; unsure: number } {
  const verdicts = new Map<string, { passed: boolean; failed: boolean }>()
  for (const { workflow_id, head_sha, conclusion, run_attempt } of runs) {
    const passed = conclusion === 'success'
    const failed = failures.has(conclusion)
    if (!passed && !failed) continue
    const key = `${workflow_id} ${head_sha}`
    const known = verdicts.get(key)
    verdicts.set(key, {
      passed: passed || (known?.passed ?? false),
      failed: failed || run_attempt > 1 || (known?.failed ?? false),
    })
  }
  const unsure = [...verdicts.values()].filter(({ passed, failed }) => passed && failed).length
  return { judged: verdicts.size, unsure }
}

/** What came of things, which may lie after the stretch in which they happened. */
export interface Outcomes {
  /** When the first good deployment of its repository after a merge ended; null: none yet. */
  carriedAt(pull: Merged): number | null
  /** When the first good deployment of its environment after a failed one ended; null: none yet. */
  restoredAt(failure: Deployed): number | null
}

/** Finds what came of things, among deployments in any order. */
export function outcomesOf(deployed: readonly Deployed[]): Outcomes {
  const ofRepository = new Map<string, number[]>()
  const ofEnvironment = new Map<string, number[]>()
  const good = deployed.filter(({ succeeded }) => succeeded).sort((a, b) => a.ended_at - b.ended_at)
  for (const { repository_id, environment, ended_at } of good) {
    push(ofRepository, `${repository_id}`, ended_at)
    push(ofEnvironment, `${repository_id} ${environment}`, ended_at)
  }
  return {
    carriedAt: ({ repository_id, merged_at }) => firstFrom(ofRepository.get(`${repository_id}`), merged_at),
    restoredAt: ({ repository_id, environment, ended_at }) =>
      firstFrom(ofEnvironment.get(`${repository_id} ${environment}`), ended_at),
  }
}

function push(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

/** The first of ascending numbers that is not smaller. */
function firstFrom(ascending: readonly number[] = [], least: number): number | null {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < least) low = middle + 1
    else high = middle
  }
  return ascending[low] ?? null
}
