import { Link } from '@tanstack/react-router'
import type { Insights } from '../../../../contract/insights.ts'
import { Section } from '../../components/page.tsx'
import styles from './insights.module.css'
import { groups, type MeasureLook, writeValue } from './measures.ts'

/** The repositories side by side, the chosen measure marked; each leads to its own figures. */
export function RepositoryTable({ insights, chosen }: { insights: Insights; chosen: MeasureLook }) {
  const measures = groups.flatMap((group) => group.measures)
  if (insights.repositories.length < 2) return null
  return (
    <Section title="Repositories">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways by keyboard, too */}
      <section className={styles.scrolling} tabIndex={0} aria-label="Measures by repository">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Repository</th>
              {measures.map((measure) => (
                <th key={measure.name} scope="col" className={measure === chosen ? styles.chosen : undefined}>
                  {measure.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {insights.repositories.map((row) => (
              <tr key={row.repository}>
                <th scope="row">
                  <Link to="/insights" search={(search) => ({ ...search, repository: row.repository })}>
                    {row.repository}
                  </Link>
                </th>
                {measures.map((measure) => (
                  <td
                    key={measure.name}
                    className={`numbers ${measure === chosen ? (styles.chosen ?? '') : ''}`}
                  >
                    {writeValue(measure, row[measure.name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  )
}
