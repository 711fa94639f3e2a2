import { runLook, StateIcon } from '../components/state-icon.tsx'
import { formatElapsed } from './elapsed.ts'
import type { GraphJob } from './graph-job.ts'
import { stateOf } from './job-state.ts'
import styles from './workflow-graph.module.css'

interface JobRowProps {
  job: GraphJob
  now: number
  selected: boolean
  pointed: boolean
  tabStop: boolean
  onOpen: ((job: string) => void) | undefined
  onPoint: ((job: string | null) => void) | undefined
  onFocus: (job: string) => void
}

/** One job in a card: its state, name, and how long or how far. */
export function JobRow({ job, now, selected, pointed, tabStop, onOpen, onPoint, onFocus }: JobRowProps) {
  const state = stateOf(job)
  const look = job.status === null ? null : runLook({ status: job.status, conclusion: job.conclusion })
  const took = job.startedAt === null ? null : formatElapsed(job.startedAt, job.completedAt, now)
  const steps = job.steps > 0 ? (job.steps === 1 ? '1 step' : `${job.steps} steps`) : null
  const progress = state === 'running' && job.steps > 0 ? `${job.stepsDone}/${job.steps}` : null
  return (
    <button
      type="button"
      className={styles.row}
      data-job={job.id}
      data-state={state}
      data-pointed={pointed || undefined}
      data-part={job.parent !== undefined || undefined}
      aria-current={selected || undefined}
      tabIndex={tabStop ? 0 : -1}
      onClick={() => onOpen?.(job.id)}
      onFocus={() => onFocus(job.id)}
      onPointerEnter={() => onPoint?.(job.id)}
      onPointerLeave={() => onPoint?.(null)}
    >
      {look && <StateIcon look={look} />}
      <span className={styles.name} title={job.name}>
        {job.name}
      </span>
      <span className={styles.quiet}>{[progress, took ?? steps].filter(Boolean).join(' · ')}</span>
    </button>
  )
}
