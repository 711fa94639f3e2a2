import { DownloadIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useCallback, useMemo } from 'react'
import type { Insights } from '../../../../contract/insights.ts'
import { Section } from '../../components/page.tsx'
import { DayChart } from './day-chart.tsx'
import styles from './insights.module.css'
import { type MeasureLook, writeValue } from './measures.ts'

/** The chosen measure over the days: drawn, as a table, and to take away as CSV. */
export function MeasureByDay({ measure, insights }: { measure: MeasureLook; insights: Insights }) {
  const { name, label } = measure
  const days = useMemo(() => insights.days.map(({ day }) => day), [insights])
  const values = useMemo(() => insights.days.map((day) => day[name]), [insights, name])
  const write = useCallback((value: number | null) => writeValue(measure, value), [measure])
  return (
    <Section
      title={`${label} by day`}
      aside={
        <Button
          size="small"
          leadingVisual={DownloadIcon}
          onClick={() => save(`${name}.csv`, toCsv(insights))}
        >
          CSV
        </Button>
      }
    >
      <DayChart key={days.length} days={days} values={values} label={label} write={write} />
      <details className={styles.numbers}>
        <summary>As a table</summary>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Day (UTC)</th>
              <th scope="col">{label}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day, index) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td className="numbers">{write(values[index] ?? null)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Section>
  )
}

/** All measures, a line a day: https://www.rfc-editor.org/rfc/rfc4180 */
function toCsv({ days }: Insights): string {
  const names = Object.keys(days[0] ?? {}) as (keyof Insights['days'][number])[]
  const lines = days.map((day) => names.map((name) => day[name] ?? '').join(','))
  return [names.join(','), ...lines, ''].join('\r\n')
}

function save(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
