import { ChevronDownIcon, GitCommitIcon, LinkExternalIcon } from '@primer/octicons-react'
import { LinkButton } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ActionsJob } from '../../../contract/mirror.ts'
import { RunActions } from '../acting/run-actions.tsx'
import { BranchName } from '../components/branch-name.tsx'
import { Duration } from '../components/duration.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { Page, PageHeader } from '../components/page.tsx'
import { PageSkeleton } from '../components/page-skeleton.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { SkeletonRows } from '../components/skeleton.tsx'
import { runLook, StateIcon, StatePill } from '../components/state-icon.tsx'
import { useGlow } from '../components/use-glow.ts'
import { actionsJobsQuery, actionsRunQuery } from '../data/queries.ts'
import { itemsOf } from '../data/use-needs.ts'
import styles from './actions-run.module.css'

/** So many jobs show their steps at once; of more only those that run or failed. */
const FEW = 3

/** One run of GitHub Actions: its jobs, and the steps of each. */
export function ActionsRunPage() {
  const { owner, repo, id } = useParams({ from: '/app/repos/$owner/$repo/actions/runs/$id' })
  const fullName = `${owner}/${repo}`
  const run = useQuery(actionsRunQuery(fullName, Number(id)))
  const jobs = useInfiniteQuery(actionsJobsQuery(fullName, Number(id)))
  if (run.isError) {
    return (
      <Page>
        <ErrorState error={run.error} onRetry={() => void run.refetch()} />
      </Page>
    )
  }
  if (!run.data) return <PageSkeleton />
  const { name, display_title, run_number, run_attempt, event, actor, head_branch, head_sha } = run.data
  const ended = run.data.status === 'completed' ? run.data.updated_at : null
  const shown = itemsOf(jobs).filter((job) => job.run_attempt === run_attempt)
  return (
    <Page>
      <PageHeader
        title={
          <>
            {display_title} <span className="number">#{run_number}</span>
          </>
        }
        documentTitle={`${display_title} · ${name} #${run_number} · ${fullName}`}
        facts={
          <>
            <StatePill look={runLook(run.data)} />
            <span>
              {name}
              {run_attempt > 1 && `, attempt ${run_attempt}`}
            </span>
            <span>
              {event}
              {actor && ` by ${actor.login}`} <RelativeTime at={run.data.created_at} />
            </span>
            {head_branch && <BranchName name={head_branch} />}
            <span>
              <GitCommitIcon size={14} /> <code>{head_sha.slice(0, 7)}</code>
            </span>
            <span>
              <Duration from={run.data.run_started_at ?? run.data.created_at} to={ended} />
            </span>
          </>
        }
        actions={
          <>
            <RunActions fullName={fullName} run={run.data} />
            <LinkButton
              href={run.data.html_url}
              target="_blank"
              rel="noreferrer"
              leadingVisual={LinkExternalIcon}
            >
              Open on GitHub
            </LinkButton>
          </>
        }
      />
      {jobs.isPending && <SkeletonRows rows={4} />}
      {jobs.isError && <ErrorState error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {jobs.isSuccess && shown.length === 0 && (
        <EmptyState icon={GitCommitIcon} title="No jobs yet">
          Jobs appear here as GitHub starts them.
        </EmptyState>
      )}
      <ol className={styles.jobs} aria-label="Jobs">
        {shown.map((job) => (
          <Job key={job.id} job={job} open={shown.length <= FEW} />
        ))}
      </ol>
    </Page>
  )
}

function Job({ job, open }: { job: ActionsJob; open: boolean }) {
  const row = useGlow<HTMLDivElement>(`${job.status} ${job.conclusion}`)
  return (
    <li className={styles.job}>
      <details open={open || job.conclusion === 'failure' || job.status === 'in_progress'}>
        <summary>
          <div className={styles.head} ref={row}>
            <ChevronDownIcon className={styles.fold} />
            <StateIcon look={runLook(job)} />
            <span className={styles.name}>{job.name}</span>
            <span className={styles.time}>
              <Duration from={job.started_at} to={job.completed_at} />
            </span>
          </div>
        </summary>
        <ol className={styles.steps} aria-label={`Steps of ${job.name}`}>
          {job.steps.map((step) => (
            <li key={step.number} className={styles.step}>
              <StateIcon look={runLook(step)} size={12} />
              <span className={styles.name}>{step.name}</span>
              <span className={styles.time}>
                <Duration from={step.started_at} to={step.completed_at} />
              </span>
            </li>
          ))}
          {job.steps.length === 0 && <li className={styles.step}>GitHub has named no steps yet.</li>}
        </ol>
      </details>
    </li>
  )
}
