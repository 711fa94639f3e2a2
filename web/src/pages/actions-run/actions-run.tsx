import { GitCommitIcon, LinkExternalIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu, LinkButton } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { ActionsJob, ActionsRun } from '../../../../contract/mirror.ts'
import { RunActions } from '../../acting/run-actions.tsx'
import { BranchName } from '../../components/branch-name.tsx'
import { Duration } from '../../components/duration.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Page, PageHeader } from '../../components/page.tsx'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { runLook, StateIcon, StatePill } from '../../components/state-icon.tsx'
import { useGlow } from '../../components/use-glow.ts'
import { workflowFileQuery } from '../../data/actions-queries.ts'
import { useWishes, withWishes } from '../../data/acts.ts'
import { itemsOf } from '../../data/items-of.ts'
import { actionsJobsQuery, actionsRunQuery } from '../../data/queries.ts'
import { useNow } from '../../graph/use-now.ts'
import { WorkflowGraph } from '../../graph/workflow-graph.tsx'
import styles from './actions-run.module.css'
import { JobPanel, NoJobs } from './job-panel.tsx'
import { firstToSee, graphOf, jobsOfAttempt } from './jobs-of-attempt.ts'
import { Annotations, Artifacts } from './left-behind.tsx'
import { PendingDeployments } from './pending-deployments.tsx'

const route = '/app/repos/$owner/$repo/actions/runs/$id'

/** One run of GitHub Actions: its jobs as a graph and a list, and the steps and the log of one of them. */
export function ActionsRunPage() {
  const { owner, repo, id } = useParams({ from: route })
  const fullName = `${owner}/${repo}`
  const run = useQuery(actionsRunQuery(fullName, Number(id)))
  const wishes = useWishes({ fullName, number: Number(id) })
  if (run.isError) {
    return (
      <Page>
        <ErrorState error={run.error} onRetry={() => void run.refetch()} />
      </Page>
    )
  }
  if (!run.data) return <PageSkeleton />
  return <OneRun fullName={fullName} run={withWishes(run.data, wishes)} />
}

function OneRun({ fullName, run }: { fullName: string; run: ActionsRun }) {
  const { attempt = run.run_attempt, job: wanted } = useSearch({ from: route })
  const jobs = useInfiniteQuery(actionsJobsQuery(fullName, run.id))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = jobs
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const shown = jobsOfAttempt(itemsOf(jobs), attempt)
  const selected = shown.find(({ id }) => id === wanted) ?? firstToSee(shown)
  const isLatest = attempt === run.run_attempt
  const waits = isLatest && run.status !== 'completed' && shown.some(({ status }) => status === 'waiting')
  return (
    <Page>
      <Head fullName={fullName} run={run} attempt={attempt} />
      {waits && <PendingDeployments fullName={fullName} run={run} />}
      {jobs.isError && <ErrorState error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {!jobs.isError && shown.length === 0 && <NoJobs pending={jobs.isPending} />}
      <Graph fullName={fullName} run={run} jobs={shown} selected={selected ?? null} />
      <Annotations fullName={fullName} jobs={shown} />
      {isLatest && <Artifacts fullName={fullName} run={run} />}
      {selected && (
        <div className={styles.jobs}>
          <nav aria-label="Jobs" className={styles.jobList}>
            <ul>
              {shown.map((job) => (
                <li key={job.id}>
                  <JobLink job={job} current={job.id === selected.id} />
                </li>
              ))}
            </ul>
          </nav>
          <JobPanel key={selected.id} fullName={fullName} run={run} job={selected} />
        </div>
      )}
    </Page>
  )
}

function Head({ fullName, run, attempt }: { fullName: string; run: ActionsRun; attempt: number }) {
  const { name, display_title, run_number, event, actor, head_branch, head_sha } = run
  const ended = run.status === 'completed' ? run.updated_at : null
  return (
    <PageHeader
      title={
        <>
          {display_title} <span className="number">#{run_number}</span>
        </>
      }
      documentTitle={`${display_title} · ${name} #${run_number} · ${fullName}`}
      facts={
        <>
          <StatePill look={runLook(run)} />
          <span>{name}</span>
          {run.run_attempt > 1 && <Attempts run={run} attempt={attempt} />}
          <span>
            {event}
            {actor && ` by ${actor.login}`} <RelativeTime at={run.created_at} />
          </span>
          {head_branch && <BranchName name={head_branch} />}
          <span>
            <GitCommitIcon size={14} /> <code>{head_sha.slice(0, 7)}</code>
          </span>
          <span>
            <Duration from={run.run_started_at ?? run.created_at} to={ended} />
          </span>
        </>
      }
      actions={
        <>
          <RunActions fullName={fullName} run={run} />
          <LinkButton href={run.html_url} target="_blank" rel="noreferrer" leadingVisual={LinkExternalIcon}>
            Open on GitHub
          </LinkButton>
        </>
      }
    />
  )
}

/** Which attempt of the run is shown; the latest one first. */
function Attempts({ run, attempt }: { run: ActionsRun; attempt: number }) {
  const navigate = useNavigate()
  const all = Array.from({ length: run.run_attempt }, (_, at) => run.run_attempt - at)
  return (
    <ActionMenu>
      <ActionMenu.Button size="small">Attempt {attempt}</ActionMenu.Button>
      <ActionMenu.Overlay>
        <ActionList selectionVariant="single">
          {all.map((one) => (
            <ActionList.Item
              key={one}
              selected={one === attempt}
              onSelect={() =>
                void navigate({ to: '.', search: one === run.run_attempt ? {} : { attempt: one } })
              }
            >
              Attempt {one}
              {one === run.run_attempt && ' (latest)'}
            </ActionList.Item>
          ))}
        </ActionList>
      </ActionMenu.Overlay>
    </ActionMenu>
  )
}

/** Who waits for whom, where the workflow's file says so. */
function Graph({
  fullName,
  run,
  jobs,
  selected,
}: {
  fullName: string
  run: ActionsRun
  jobs: readonly ActionsJob[]
  selected: ActionsJob | null
}) {
  const navigate = useNavigate()
  const { data: file } = useQuery(workflowFileQuery(fullName, run.workflow_id, run.head_sha))
  const now = useNow(run.status !== 'completed')
  const graph = file ? graphOf(jobs, file) : []
  if (!graph.some(({ needs }) => needs.length > 0)) return null
  return (
    <WorkflowGraph
      label="Jobs and what they need"
      jobs={graph}
      now={now}
      selected={selected && String(selected.id)}
      onOpen={(job) =>
        void navigate({ to: '.', search: (held) => ({ ...held, job: Number(job) }), resetScroll: false })
      }
    />
  )
}

function JobLink({ job, current }: { job: ActionsJob; current: boolean }) {
  const row = useGlow<HTMLAnchorElement>(`${job.status} ${job.conclusion}`)
  return (
    <Link
      ref={row}
      to="."
      search={(held) => ({ ...held, job: job.id })}
      resetScroll={false}
      className={styles.job}
      aria-current={current ? 'true' : undefined}
    >
      <StateIcon look={runLook(job)} />
      <span className={styles.name}>{job.name}</span>
      <span className={styles.quiet}>
        <Duration from={job.started_at} to={job.completed_at} />
      </span>
    </Link>
  )
}
