import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ChecksPanel } from '../../components/checks-panel.tsx'
import { Section } from '../../components/page.tsx'
import { Row } from '../../components/row.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { runLook, StateIcon } from '../../components/state-icon.tsx'
import { itemsOf } from '../../data/items-of.ts'
import { plainQuery } from '../../data/plain-queries.ts'
import { actionsRunsQuery, pullRequestQuery } from '../../data/queries.ts'
import styles from './checks.module.css'

/** Everything that is said of the head: check runs and statuses, the suites of apps, and the Actions runs behind them. */
export function PullChecksTab() {
  const { owner, repo, number } = useParams({ from: '/app/repos/$owner/$repo/pulls/$number' })
  const fullName = `${owner}/${repo}`
  const pull = useQuery(pullRequestQuery(fullName, Number(number))).data
  if (!pull) return <SkeletonRows />
  return (
    <div className={styles.checks} key={pull.head.sha}>
      <ChecksPanel fullName={fullName} sha={pull.head.sha} />
      <Runs fullName={fullName} branch={pull.head.ref} sha={pull.head.sha} />
      <Suites fullName={fullName} sha={pull.head.sha} />
    </div>
  )
}

function Runs({ fullName, branch, sha }: { fullName: string; branch: string; sha: string }) {
  const query = useInfiniteQuery(actionsRunsQuery(fullName, { branch }))
  const runs = itemsOf(query).filter((run) => run.head_sha === sha)
  const [owner = '', repo = ''] = fullName.split('/')
  if (query.isPending) return <SkeletonRows rows={2} />
  if (runs.length === 0) return null
  return (
    <Section title="Actions runs">
      <ul aria-label="Actions runs">
        {runs.map((run) => (
          <li key={run.id}>
            <Row
              icon={<StateIcon look={runLook(run)} />}
              title={run.name}
              to="/repos/$owner/$repo/actions/runs/$id"
              params={{ owner, repo, id: String(run.id) }}
              changed={`${run.status} ${run.conclusion}`}
              meta={
                <span>
                  #{run.run_number} · {run.event}
                  {run.run_attempt > 1 && ` · attempt ${run.run_attempt}`}
                </span>
              }
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Suites({ fullName, sha }: { fullName: string; sha: string }) {
  const suites = itemsOf(useInfiniteQuery(plainQuery('check_suite', fullName, { under: sha, limit: 100 })))
  if (suites.length === 0) return null
  return (
    <Section title="Check suites">
      <ul aria-label="Check suites" className={styles.suites}>
        {suites.map(({ id, app, status, conclusion }) => (
          <li key={id} className={styles.suite}>
            <StateIcon look={runLook({ status: status ?? 'queued', conclusion })} /> {app ?? 'An app'}
          </li>
        ))}
      </ul>
    </Section>
  )
}
