import { expect, test } from 'vitest'
import type { Insights } from '../../contract/insights.ts'
import { insightsCsv } from '../../web/src/pages/insights/insights-csv.ts'

test('the days of insights are saved as a table, with nothing where nothing is known', () => {
  const measures = {
    ...{ deployments: 1, lead_time_ms: null, change_failure_rate: 0.25, restore_time_ms: null, merged: 2 },
    ...{ first_review_ms: 60_000, merge_ms: 90_000, ci_runs: 3, ci_failure_rate: 0, ci_duration_ms: 5 },
    ...{ ci_queue_ms: 1, ci_flaky_rate: null },
  }
  const days = [
    { day: '2026-11-27', ...measures },
    { day: '2026-11-28', ...measures, merged: 0 },
  ]
  expect(insightsCsv({ days } as Insights).split('\r\n')).toEqual([
    'day,deployments,lead_time_ms,change_failure_rate,restore_time_ms,merged,first_review_ms,merge_ms,ci_runs,ci_failure_rate,ci_duration_ms,ci_queue_ms,ci_flaky_rate',
    '2026-11-27,1,,0.25,,2,60000,90000,3,0,5,1,',
    '2026-11-28,1,,0.25,,0,60000,90000,3,0,5,1,',
    '',
  ])
})
