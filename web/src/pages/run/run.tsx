import { SyncIcon, WorkflowIcon } from '@primer/octicons-react'
import { Banner, Button, SegmentedControl } from '@primer/react'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { RunState } from '../../../../contract/run.ts'
import type { Run } from '../../../../contract/workflows.ts'
import { formatDuration } from '../../components/duration.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Page, PageHeader } from '../../components/page.tsx'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { runLook, StatePill } from '../../components/state-icon.tsx'
import { api } from '../../data/api.ts'
import { type RunJournal, stateAfter } from '../../data/run-journal.ts'
import { useMe } from '../../data/use-session.ts'
import { jobsOfRun, millis } from '../../graph/graph-job.ts'
import { RunTimeline } from '../../graph/run-timeline.tsx'
import { useNow } from '../../graph/use-now.ts'
import { WorkflowGraph } from '../../graph/workflow-graph.tsx'
import type { RunSearch } from '../../search.ts'
import { ReplayBar } from './replay-bar.tsx'
import styles from './run.module.css'
import { isWaiting, RunJobs } from './run-jobs.tsx'
import { StepOutputs } from './step-outputs.tsx'
import { triggerWords } from './trigger-words.ts'
import { useRunJournal } from './use-run-journal.ts'

const route = getRouteApi('/app/runs/$id')

/** One run: live while it goes on, and any moment of it afterwards. */
export function RunPage() {
  const journal = useRunJournal(route.useParams().id)
  if (journal.isPending) return <PageSkeleton />
  if (journal.isError) {
    return (
      <Page>
        <ErrorState error={journal.error} onRetry={() => void journal.refetch()} />
      </Page>
    )
  }
  if (!journal.data.state) {
    return (
      <Page>
        <EmptyState icon={WorkflowIcon} title="Nothing is recorded of this run">
          Its journal is empty. It may be older than what the hub keeps.
        </EmptyState>
      </Page>
    )
  }
  return <RunView journal={journal.data} current={journal.data.state} />
}

function RunView({ journal, current }: { journal: RunJournal; current: RunState }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = (change: Partial<RunSearch>) =>
    void navigate({ search: (held) => ({ ...held, ...change }), replace: true, resetScroll: false })

  const over = current.status === 'completed'
  const clock = useNow(!over)
  const moment = over ? journal.entries.find((entry) => entry.n === search.at) : undefined
  const run = moment ? stateAfter(journal, moment.n)! : current
  const now = moment ? millis(moment.at) : (millis(current.completed_at) ?? clock)

  const [pointed, setPointed] = useState<string | null>(null)
  const selected = run.jobs.find((job) => job.id === search.job) ?? firstToLookAt(run)
  const open = (job: string) => show({ job })

  return (
    <Page>
      <RunHeader run={run} now={now} over={over} />
      <div className={styles.bar}>
        <SegmentedControl
          aria-label="View"
          size="small"
          onChange={(index) => show({ view: index === 1 ? 'timeline' : undefined })}
        >
          <SegmentedControl.Button selected={search.view !== 'timeline'}>Graph</SegmentedControl.Button>
          <SegmentedControl.Button selected={search.view === 'timeline'}>Timeline</SegmentedControl.Button>
        </SegmentedControl>
        {over && (
          <ReplayBar journal={journal} run={current} at={moment?.n ?? null} onMove={(at) => show({ at })} />
        )}
      </div>
      {search.view === 'timeline' ? (
        <RunTimeline
          run={run}
          whole={current}
          now={now}
          cursor={moment ? now : null}
          selected={selected?.id ?? null}
          pointed={pointed}
          onOpen={open}
          onPoint={setPointed}
        />
      ) : (
        <WorkflowGraph
          label={`Jobs of ${run.name}`}
          jobs={jobsOfRun(run)}
          now={now}
          selected={selected?.id ?? null}
          pointed={pointed}
          onOpen={open}
          onPoint={setPointed}
        />
      )}
      <RunJobs run={run} now={now} selected={selected} pointed={pointed} onOpen={open} onPoint={setPointed} />
      <StepOutputs run={run} />
    </Page>
  )
}

function RunHeader({ run, now, over }: { run: RunState; now: number; over: boolean }) {
  const navigate = route.useNavigate()
  const cancel = useMutation({ mutationFn: () => api.post<Run>(`/runs/${run.id}/cancel`) })
  const rerun = useMutation({
    mutationFn: () => api.post<Run>(`/runs/${run.id}/rerun`),
    onSuccess: (next) => void navigate({ to: '/runs/$id', params: { id: next.id }, search: {} }),
  })
  const failed = cancel.error ?? rerun.error
  const mayRun = (useMe()?.role ?? 'viewer') !== 'viewer'
  const took = run.started_at && formatDuration((millis(run.completed_at) ?? now) - millis(run.started_at))
  return (
    <>
      <PageHeader
        title={
          <>
            {run.name} <span className="number">#{run.number}</span>
          </>
        }
        documentTitle={`${run.name} #${run.number}`}
        state={<StatePill look={runLook(run)} />}
        facts={
          <>
            <Link to="/workflows/$id" params={{ id: run.workflow_id }}>
              <WorkflowIcon size={14} /> {run.workflow_name} v{run.version}
            </Link>
            <span>{triggerWords(run)}</span>
            {run.repository && <RepositoryLink fullName={run.repository} />}
            {run.delivery_id && (
              <Link to="/deliveries/$id" params={{ id: run.delivery_id }}>
                delivery {run.delivery_id.slice(0, 8)}
              </Link>
            )}
            <RelativeTime at={run.created_at} />
            {isWaiting(run) && <span>waits for its turn in {run.concurrency.group}</span>}
            {took && <span className="numbers">{took}</span>}
            {run.attempt > 1 && <span>attempt {run.attempt}</span>}
            {run.cause_depth > 0 && (
              <span title="So many runs caused one another before this one">
                chain of {run.cause_depth + 1}
              </span>
            )}
          </>
        }
        actions={
          mayRun &&
          (over ? (
            <Button leadingVisual={SyncIcon} loading={rerun.isPending} onClick={() => rerun.mutate()}>
              Re-run
            </Button>
          ) : (
            <Button
              variant="danger"
              loading={cancel.isPending}
              disabled={run.cancel_requested_at !== null}
              onClick={() => cancel.mutate()}
            >
              {run.cancel_requested_at ? 'Cancelling' : 'Cancel run'}
            </Button>
          ))
        }
      />
      {failed && (
        <Banner
          variant="critical"
          title={cancel.error ? 'The run could not be cancelled' : 'The run could not be started again'}
          description={failed.message}
          onDismiss={() => {
            cancel.reset()
            rerun.reset()
          }}
          className={styles.banner}
        />
      )}
    </>
  )
}

function RepositoryLink({ fullName }: { fullName: string }) {
  const [owner = '', repo = ''] = fullName.split('/')
  return (
    <Link to="/repos/$owner/$repo" params={{ owner, repo }}>
      {fullName}
    </Link>
  )
}

/** The job that a person most likely came to see. */
function firstToLookAt(run: RunState) {
  return (
    run.jobs.find((job) => job.conclusion === 'failure' && !job.expanded) ??
    run.jobs.find((job) => job.status === 'in_progress' && !job.expanded) ??
    run.jobs[0] ??
    null
  )
}
