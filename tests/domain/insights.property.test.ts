import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CiRun, Deployed, History, Merged } from '../../src/domain/insights/history.ts'
import { measure, outcomesOf } from '../../src/domain/insights/measure.ts'
import { dayMs, earliestOf, stretchOf, summarise } from '../../src/domain/insights/summarise.ts'

const now = Date.parse('2026-11-27T15:04:05Z')
const days = 7
const stretch = stretchOf(now, days)
const names = new Map([
  [1, 'acme/one'],
  [2, 'acme/two'],
])
const time = fc.integer({ min: earliestOf(stretch), max: now })
const repository_id = fc.constantFrom(1, 2)
const later = (from: number) => fc.option(fc.integer({ min: from, max: now }), { nil: null })

const merged: fc.Arbitrary<Merged> = time.chain((created_at) =>
  fc.record({
    repository_id,
    created_at: fc.constant(created_at),
    merged_at: fc.integer({ min: created_at, max: now }),
    first_review_at: later(created_at),
  }),
)
const run: fc.Arbitrary<CiRun> = time.chain((started_at) =>
  fc.record({
    repository_id,
    workflow_id: fc.constantFrom(10, 11),
    head_sha: fc.constantFrom('a', 'b', 'c'),
    run_attempt: fc.constantFrom(1, 1, 2),
    conclusion: fc.constantFrom('success', 'failure', 'timed_out', 'cancelled', 'skipped', null),
    started_at: fc.constant(started_at),
    ended_at: fc.integer({ min: started_at, max: now }),
    first_job_at: later(started_at),
  }),
)
const deployed: fc.Arbitrary<Deployed> = fc.record({
  repository_id,
  environment: fc.constantFrom('production', 'eu'),
  ended_at: time,
  succeeded: fc.boolean(),
})
const history: fc.Arbitrary<History> = fc.record({
  merged: fc.array(merged, { maxLength: 12 }),
  runs: fc.array(run, { maxLength: 12 }),
  deployed: fc.array(deployed, { maxLength: 12 }),
})

/** As a person would count it, with a list for each question. */
function naively({ merged: pulls, runs, deployed: all }: History, from: number, to: number) {
  const inside = (at: number) => at >= from && at < to
  const middle = (numbers: number[]) => {
    if (numbers.length === 0) return null
    const sorted = numbers.toSorted((a, b) => a - b)
    const low = sorted[Math.floor((sorted.length - 1) / 2)]!
    return Math.round((low + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2)
  }
  const soonest = (which: (deployment: Deployed) => boolean, at: number) =>
    Math.min(
      ...all.filter((one) => one.succeeded && which(one) && one.ended_at >= at).map((one) => one.ended_at),
    )
  const mine = pulls.filter((pull) => inside(pull.merged_at))
  const ended = runs.filter((one) => inside(one.ended_at))
  const ends = all.filter((one) => inside(one.ended_at))
  const bad = ends.filter((one) => !one.succeeded)
  const broke = (one: CiRun) => one.conclusion === 'failure' || one.conclusion === 'timed_out'
  const judged = ended.filter((one) => broke(one) || one.conclusion === 'success')
  const commits = [...new Set(judged.map((one) => `${one.workflow_id}/${one.head_sha}`))]
  const unsure = commits.filter((commit) => {
    const of = judged.filter((one) => `${one.workflow_id}/${one.head_sha}` === commit)
    return (
      of.some((one) => one.conclusion === 'success') && of.some((one) => broke(one) || one.run_attempt > 1)
    )
  })
  return {
    deployments: ends.length - bad.length,
    lead_time_ms: middle(
      mine
        .map(
          (pull) =>
            soonest((one) => one.repository_id === pull.repository_id, pull.merged_at) - pull.created_at,
        )
        .filter(Number.isFinite),
    ),
    change_failure_rate: ends.length === 0 ? null : bad.length / ends.length,
    restore_time_ms: middle(
      bad
        .map(
          ({ repository_id: id, environment, ended_at }) =>
            soonest((one) => one.repository_id === id && one.environment === environment, ended_at) -
            ended_at,
        )
        .filter(Number.isFinite),
    ),
    merged: mine.length,
    first_review_ms: middle(
      mine.flatMap((pull) => (pull.first_review_at === null ? [] : [pull.first_review_at - pull.created_at])),
    ),
    merge_ms: middle(mine.map((pull) => pull.merged_at - pull.created_at)),
    ci_runs: ended.length,
    ci_failure_rate: judged.length === 0 ? null : judged.filter(broke).length / judged.length,
    ci_duration_ms: middle(ended.map((one) => one.ended_at - one.started_at)),
    ci_queue_ms: middle(
      ended.flatMap((one) => (one.first_job_at === null ? [] : [one.first_job_at - one.started_at])),
    ),
    ci_flaky_rate: commits.length === 0 ? null : unsure.length / commits.length,
  }
}

describe('insights of any history', () => {
  it('are what a person would count, for the stretch, the one before, each day and each repository', () => {
    fc.assert(
      fc.property(history, (whole) => {
        const told = summarise(whole, stretch, (id) => names.get(id))
        expect(told.now).toEqual(naively(whole, stretch.since, now + 1))
        expect(told.before).toEqual(naively(whole, earliestOf(stretch), stretch.since))
        expect(told.days).toHaveLength(days)
        for (const [index, { day, ...measured }] of told.days.entries()) {
          const from = stretch.since + index * dayMs
          expect(day).toBe(new Date(from).toISOString().slice(0, 10))
          expect(measured).toEqual(naively(whole, from, Math.min(from + dayMs, now + 1)))
        }
        for (const { repository, ...measured } of told.repositories) {
          const [id] = [...names].find(([, name]) => name === repository)!
          const of = <T extends { repository_id: number }>(things: readonly T[]) =>
            things.filter((thing) => thing.repository_id === id)
          const part = { merged: of(whole.merged), runs: of(whole.runs), deployed: of(whole.deployed) }
          expect(measured).toEqual(naively(part, stretch.since, now + 1))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('do not depend on the order in which things became known', () => {
    fc.assert(
      fc.property(history, ({ merged: pulls, runs, deployed: all }) => {
        const backwards = { merged: pulls.toReversed(), runs: runs.toReversed(), deployed: all.toReversed() }
        expect(measure(backwards, outcomesOf(backwards.deployed))).toEqual(
          measure({ merged: pulls, runs, deployed: all }, outcomesOf(all)),
        )
      }),
      { numRuns: 200 },
    )
  })
})
