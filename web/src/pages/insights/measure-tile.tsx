import type { Insights } from '../../../../contract/insights.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import styles from './insights.module.css'
import { compare, type MeasureLook, writeValue } from './measures.ts'

/** One measure: its value, how it stands to the stretch before, its shape. Choosing it draws it large. */
export function MeasureTile({
  measure,
  insights,
  chosen,
  onChoose,
}: {
  measure: MeasureLook
  insights: Insights
  chosen: boolean
  onChoose: () => void
}) {
  const { name, label, says } = measure
  const change = compare(measure, insights.now[name], insights.before[name])
  return (
    <button type="button" className={styles.tile} aria-pressed={chosen} onClick={onChoose}>
      <span className={styles.label}>{label}</span>
      <span className={styles.value}>
        <span className="numbers">{writeValue(measure, insights.now[name])}</span>
        {change && (
          <span
            className={`${styles.change} ${styles[change.tone]} numbers`}
            title={`${writeValue(measure, insights.before[name])} before`}
          >
            {change.words}
          </span>
        )}
      </span>
      <Sparkline values={insights.days.map((day) => day[name])} label={`${label} by day`} />
      <span className={styles.says}>{says}</span>
    </button>
  )
}
