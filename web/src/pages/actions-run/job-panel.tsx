import { SyncIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useQuery } from '@tanstack/react-query'
import type { ActionsJob, ActionsRun } from '../../../../contract/mirror.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { runLook } from '../../components/state-icon.tsx'
import { jobLogQuery } from '../../data/actions-queries.ts'
import { useActs, useRights, useWishes } from '../../data/acts.ts'
import { LogView } from '../../log/log-view.tsx'
import styles from './actions-run.module.css'

/** One job: its steps as they move, and once it is over what it said. */
export function JobPanel({ fullName, run, job }: { fullName: string; run: ActionsRun; job: ActionsJob }) {
  const isOver = job.status === 'completed'
  const isSilent = job.conclusion === 'skipped' || job.steps.length === 0
  const answer = useQuery({ ...jobLogQuery(fullName, job.id), enabled: isOver && !isSilent })
  const kept = answer.data === 'fetching' ? undefined : answer.data
  return (
    <section className={styles.panel} aria-label={job.name}>
      <header className={styles.panelHead}>
        <h2 className={styles.panelTitle}>{job.name}</h2>
        <span className={styles.quiet}>{runLook(job).word}</span>
        <JobAgain fullName={fullName} run={run} job={job} />
      </header>
      {job.steps.length === 0 && (
        <p className={styles.quiet}>{isOver ? 'It had no steps.' : 'GitHub has named no steps yet.'}</p>
      )}
      {!isOver && job.steps.length > 0 && (
        <p className={styles.quiet}>GitHub gives the log when the job is over. Its steps move as they go.</p>
      )}
      {isOver && !isSilent && !kept && !answer.isError && (
        <p className={styles.quiet} role="status">
          The log is on its way from GitHub.
        </p>
      )}
      {answer.isError && (
        <p className={styles.quiet} role="status">
          {answer.error.message}
        </p>
      )}
      <LogView key={job.id} job={job} log={kept?.log ?? null} dropped={kept?.dropped ?? 0} />
    </section>
  )
}

function JobAgain({ fullName, run, job }: { fullName: string; run: ActionsRun; job: ActionsJob }) {
  const subject = { fullName, number: run.id }
  const { wish } = useActs(subject)
  const { may } = useRights(fullName)
  const waits = useWishes(subject).length > 0
  if (run.status !== 'completed' || !may('job.again')) return null
  return (
    <Button
      size="small"
      leadingVisual={SyncIcon}
      disabled={waits}
      onClick={() =>
        wish({ name: 'job.again', values: { id: job.id }, body: {}, label: `run ${job.name} again` })
      }
    >
      Re-run job
    </Button>
  )
}

/** While the jobs of a run are not known yet. */
export function NoJobs({ pending }: { pending: boolean }) {
  if (pending) return <SkeletonRows rows={4} />
  return (
    <EmptyState icon={SyncIcon} title="No jobs yet">
      Jobs appear here as GitHub starts them.
    </EmptyState>
  )
}
