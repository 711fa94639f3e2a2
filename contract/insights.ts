import { type Static, Type } from 'typebox'
import { Nullable, Timestamp } from './common.ts'

const Count = (description: string) => Type.Integer({ minimum: 0, description })
const Milliseconds = (description: string) =>
  Nullable(Type.Integer({ description: `${description}, milliseconds` }))
const Share = (description: string) => Nullable(Type.Number({ minimum: 0, maximum: 1, description }))

/** What is measured of a stretch of time. Times are medians; null: nothing to measure it by. */
export const Measures = Type.Object(
  {
    deployments: Count('Deployments to production that succeeded'),
    lead_time_ms: Milliseconds('From opening a pull request to the deployment that carried it'),
    change_failure_rate: Share('Of the deployments to production, those that failed'),
    restore_time_ms: Milliseconds('From a failed deployment to the next good one of its environment'),
    merged: Count('Pull requests merged'),
    first_review_ms: Milliseconds('From opening a pull request to the first review by somebody else'),
    merge_ms: Milliseconds('From opening a pull request to its merge'),
    ci_runs: Count('Actions runs that ended'),
    ci_failure_rate: Share('Of the Actions runs that passed or failed, those that failed'),
    ci_duration_ms: Milliseconds('Of an Actions run, from its start to its end'),
    ci_queue_ms: Milliseconds('From the start of an Actions run to that of its first job'),
    ci_flaky_rate: Share('Of the commits that a workflow judged, those on which it both failed and passed'),
  },
  { $id: 'Measures' },
)
export type Measures = Static<typeof Measures>

export const Insights = Type.Object(
  {
    since: Timestamp,
    until: Timestamp,
    now: Measures,
    // The same of the stretch before, as long as this one.
    before: Measures,
    days: Type.Array(
      Type.Object({ day: Type.String({ description: 'UTC, as in 2026-11-27' }), ...Measures.properties }),
      { description: 'Each day of the stretch, in order' },
    ),
    repositories: Type.Array(Type.Object({ repository: Type.String(), ...Measures.properties }), {
      description: 'Each repository in which something happened, the busiest first',
    }),
  },
  { $id: 'Insights' },
)
export type Insights = Static<typeof Insights>
