import type { Measures } from '../../../../contract/insights.ts'
import { formatDuration } from '../../components/duration.tsx'

export type MeasureName = keyof Measures

/** How a measure is called, written and judged. */
export interface MeasureLook {
  name: MeasureName
  label: string
  /** What it says, for who does not know it. */
  says: string
  form: 'count' | 'time' | 'share'
  /** Which way is good; of a mere count neither. */
  better?: 'more' | 'less'
}

/** The measures in the order of the page, by what they are about. */
export const groups: readonly { title: string; measures: readonly MeasureLook[] }[] = [
  {
    title: 'Delivery',
    measures: [
      look('deployments', 'Deployments', 'To production, that succeeded', 'count', 'more'),
      look('lead_time_ms', 'Lead time', 'From opening a pull request to its deployment', 'time', 'less'),
      look(
        'change_failure_rate',
        'Change failures',
        'Of the deployments, those that failed',
        'share',
        'less',
      ),
      look(
        'restore_time_ms',
        'Time to restore',
        'From a failed deployment to the next good one',
        'time',
        'less',
      ),
    ],
  },
  {
    title: 'Pull requests',
    measures: [
      look('merged', 'Merged', 'Pull requests', 'count'),
      look('first_review_ms', 'First review', 'From opening to the first review', 'time', 'less'),
      look('merge_ms', 'Time to merge', 'From opening to the merge', 'time', 'less'),
    ],
  },
  {
    title: 'Actions',
    measures: [
      look('ci_runs', 'Runs', 'That ended', 'count'),
      look('ci_failure_rate', 'Failures', 'Of the runs that passed or failed', 'share', 'less'),
      look('ci_duration_ms', 'Duration', 'From start to end', 'time', 'less'),
      look('ci_queue_ms', 'Queue', 'Until the first job begins', 'time', 'less'),
      look('ci_flaky_rate', 'Flaky', 'Of the commits, those that both failed and passed', 'share', 'less'),
    ],
  },
]

function look(
  name: MeasureName,
  label: string,
  says: string,
  form: MeasureLook['form'],
  better?: MeasureLook['better'],
): MeasureLook {
  return better ? { name, label, says, form, better } : { name, label, says, form }
}

export const looks: ReadonlyMap<string, MeasureLook> = new Map(
  groups.flatMap(({ measures }) => measures.map((measure) => [measure.name, measure])),
)

/** A measured value as people read it; a dash where there was nothing to measure. */
export function writeValue({ form }: MeasureLook, value: number | null): string {
  if (value === null) return '–'
  if (form === 'time') return formatDuration(value)
  if (form === 'share')
    return value.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: value < 0.1 ? 1 : 0 })
  return value.toLocaleString()
}

/** How a value stands to the one before: its change in words, and whether that is good. */
export function compare(
  { better }: MeasureLook,
  now: number | null,
  before: number | null,
): { words: string; tone: 'good' | 'bad' | 'even' } | null {
  if (now === null || before === null || before === 0) return null
  const change = (now - before) / before
  const words = `${change > 0 ? '+' : change < 0 ? '−' : '±'}${Math.abs(change).toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 0 })}`
  if (!better || Math.abs(change) < 0.005) return { words, tone: 'even' }
  return { words, tone: change > 0 === (better === 'more') ? 'good' : 'bad' }
}
