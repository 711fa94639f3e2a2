import type { ActionsRun } from '../../../contract/mirror.ts'
import type { InRepository } from '../data/queries.ts'
import { BranchName } from './branch-name.tsx'
import { Duration } from './duration.tsx'
import { RelativeTime } from './relative-time.tsx'
import { Row } from './row.tsx'
import styles from './rows.module.css'
import { runLook, StateIcon } from './state-icon.tsx'

/** One run of a repository's own GitHub Actions. */
export function ActionsRunRow({
  run,
  fullName,
  showRepository = false,
  action,
  fresh = false,
}: {
  run: InRepository<ActionsRun>
  fullName: string
  showRepository?: boolean
  action?: string
  fresh?: boolean
}) {
  const [owner, repo] = fullName.split('/') as [string, string]
  return (
    <Row
      icon={<StateIcon look={runLook(run)} />}
      title={run.display_title}
      to="/repos/$owner/$repo/actions/runs/$id"
      params={{ owner, repo, id: String(run.id) }}
      changed={`${run.status} ${run.conclusion}`}
      action={action}
      fresh={fresh}
      meta={
        <>
          {showRepository && <span>{fullName} ·</span>}
          <span className="numbers">
            {run.name} #{run.run_number}
          </span>
          <span>·</span>
          <span>
            {run.event}
            {run.actor ? ` by ${run.actor.login}` : ''}
          </span>
          {run.head_branch && (
            <span className={styles.wideOnly}>
              <BranchName name={run.head_branch} />
            </span>
          )}
        </>
      }
      trailing={
        <>
          <span className={styles.wideOnly}>
            <Duration
              from={run.run_started_at ?? run.created_at}
              to={run.status === 'completed' ? run.updated_at : null}
            />
          </span>
          <span className={styles.time}>
            <RelativeTime at={run.created_at} />
          </span>
        </>
      }
    />
  )
}
