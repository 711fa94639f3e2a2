import { useRef } from 'react'
import type { InGroup, JobState, RunState } from '../../../../contract/run.ts'
import { runLook, StateIcon } from '../../components/state-icon.tsx'
import { formatElapsed } from '../../graph/elapsed.ts'
import { millis } from '../../graph/graph-job.ts'
import { shortNames, withParts } from '../../graph/job-parts.ts'
import styles from './run.module.css'
import { Failure, Outputs, RunStep } from './run-step.tsx'

/** The jobs of a run as a list, and the steps of the one that is selected. */
export function RunJobs({
  run,
  now,
  selected,
  pointed,
  onOpen,
  onPoint,
}: {
  run: RunState
  now: number
  selected: JobState | null
  pointed: string | null
  onOpen: (job: string) => void
  onPoint: (job: string | null) => void
}) {
  const steps = useRef<HTMLDivElement>(null)
  const names = shortNames(run.jobs)
  const openFromList = (job: string) => {
    onOpen(job)
    // On a phone the steps are below the list, perhaps out of sight.
    if (matchMedia('(max-width: 767px)').matches) steps.current?.scrollIntoView()
  }
  return (
    <div className={styles.jobs}>
      <nav aria-label="Jobs" className={styles.jobList}>
        <ul>
          {withParts(run.jobs).map((job) => (
            <li key={job.id}>
              <button
                type="button"
                className={styles.job}
                aria-current={job.id === selected?.id || undefined}
                data-pointed={job.id === pointed || undefined}
                data-part={job.parent !== undefined || undefined}
                onClick={() => openFromList(job.id)}
                onPointerEnter={() => onPoint(job.id)}
                onPointerLeave={() => onPoint(null)}
              >
                <StateIcon look={runLook(job)} />
                <span className={styles.jobName} title={job.name}>
                  {names.get(job.id)}
                </span>
                <span className={styles.took}>{tookOf(job, now)}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div ref={steps} className={styles.below}>
        {selected && <Job key={selected.id} run={run} job={selected} now={now} />}
      </div>
    </div>
  )
}

function Job({ run, job, now }: { run: RunState; job: JobState; now: number }) {
  const needs = job.needs.map((need) => run.jobs.find((other) => other.id === need)?.name ?? need)
  return (
    <section className={styles.steps} aria-label={`Steps of ${job.name}`}>
      <header className={styles.stepsHead}>
        <h2 className={styles.stepsTitle}>{job.name}</h2>
        <span className={styles.quiet}>
          {runLook(job).word}
          {job.started_at && ` · ${tookOf(job, now)}`}
          {isWaiting(job) && ` · waits for its turn in ${job.concurrency.group}`}
          {needs.length > 0 && ` · after ${needs.join(', ')}`}
        </span>
      </header>
      {job.error && <Failure error={job.error} />}
      {job.expanded && <Parts run={run} whole={job} />}
      <ol>
        {job.steps.map((step, index) => (
          <li key={step.id}>
            <RunStep run={run.id} job={job.id} step={step} number={index + 1} now={now} />
          </li>
        ))}
      </ol>
      {Object.keys(job.outputs).length > 0 && (
        <div className={styles.jobOutputs}>
          <Outputs title="Outputs of the job" outputs={job.outputs} />
        </div>
      )}
    </section>
  )
}

/** Whether it wants to be alone in a concurrency group that is taken. */
export function isWaiting<T extends Pick<JobState, 'concurrency' | 'status'>>(
  part: T,
): part is T & { concurrency: InGroup } {
  return part.status === 'queued' && part.concurrency?.entered_at === null
}

/** How the jobs of a matrix stand, in words. */
function Parts({ run, whole }: { run: RunState; whole: JobState }) {
  const words = run.jobs.filter(({ parent }) => parent === whole.id).map((part) => runLook(part).word)
  const counts = [...Map.groupBy(words, (word) => word)].map(([word, { length }]) => `${length} ${word}`)
  return (
    <p className={styles.parts}>
      {words.length === 1 ? '1 job' : `${words.length} jobs`}: {counts.join(', ').toLowerCase()}
    </p>
  )
}

/** How long a job took or has been going on; empty before it starts and when it was skipped. */
function tookOf(job: JobState, now: number): string {
  return job.started_at ? formatElapsed(millis(job.started_at), millis(job.completed_at), now) : ''
}
