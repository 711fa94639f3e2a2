import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ActionsRun } from '../../../../contract/mirror.ts'
import { Section } from '../../components/page.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { RepositoryLink } from '../../components/repository-link.tsx'
import { runLook } from '../../components/state-icon.tsx'
import { itemsOf } from '../../data/items-of.ts'
import { recentRuns } from '../../data/queries.ts'
import styles from './home.module.css'

/** So many runs make a repository's line. */
const LINE = 20

/** GitHub Actions by repository: its last runs as cells, the newest at the right. */
export function CiHealth() {
  const runs = itemsOf(useInfiniteQuery(recentRuns))
  if (runs.length === 0) return null
  const repositories = [...Map.groupBy(runs, (run) => run.repository ?? '')]
  return (
    <Section title="CI health" aside={<Link to="/actions">All runs</Link>}>
      <ul className={styles.health}>
        {repositories.map(([fullName, all]) => (
          <Line key={fullName} fullName={fullName} runs={all.slice(0, LINE)} />
        ))}
      </ul>
    </Section>
  )
}

function Line({ fullName, runs }: { fullName: string; runs: ActionsRun[] }) {
  const judged = runs
    .map((run) => runLook(run).tone)
    .filter((tone) => tone === 'success' || tone === 'danger')
  const good = judged.filter((tone) => tone === 'success').length
  const [owner = '', repo = ''] = fullName.split('/')
  return (
    <li className={styles.line}>
      <span className={styles.lineName}>
        <RepositoryLink fullName={fullName} />
      </span>
      <span className={styles.cells}>
        {runs.toReversed().map((run) => {
          const { tone, word } = runLook(run)
          const words = `${run.name} #${run.run_number}: ${word}`
          return (
            <Link
              key={run.id}
              to="/repos/$owner/$repo/actions/runs/$id"
              params={{ owner, repo, id: String(run.id) }}
              className={styles.cell}
              data-tone={tone}
              title={words}
              aria-label={words}
            />
          )
        })}
      </span>
      <span className={`${styles.lineFigure} numbers`}>
        {judged.length > 0 ? `${Math.round((good / judged.length) * 100)}% of ${judged.length}` : '–'}
      </span>
      <span className={styles.lineTime}>
        <RelativeTime at={runs[0]!.created_at} />
      </span>
    </li>
  )
}
