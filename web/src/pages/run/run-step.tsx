import { ChevronRightIcon } from '@primer/octicons-react'
import { useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import type { Outputs as OutputMap, RunError, StepState } from '../../../../contract/run.ts'
import { formatDuration } from '../../components/duration.tsx'
import { exactTime } from '../../components/relative-time.tsx'
import { runLook, StateIcon } from '../../components/state-icon.tsx'
import { formatElapsed } from '../../graph/elapsed.ts'
import { millis } from '../../graph/graph-job.ts'
import { readPlace } from '../../log/log-rows.ts'
import { StepLog } from '../../log/step-log.tsx'
import styles from './run.module.css'

/**
 * One step: its state and time in a row, what it said and gave behind it. A failure is open from the start, and so is a
 * command that runs.
 *
 * @param number its place in the job, from 1 on
 */
export function RunStep({
  run,
  job,
  step,
  number,
  now,
}: {
  run: string
  job: string
  step: StepState
  number: number
  now: number
}) {
  const place = readPlace(useLocation({ select: ({ hash }) => hash }))
  const [toggled, setToggled] = useState<boolean | null>(null)
  const hasOutputs = Object.keys(step.outputs).length > 0
  const isCommand = step.uses === 'run' && step.attempt > 0
  const isLive = step.status === 'in_progress'
  const silent = !step.log && !step.error && !hasOutputs && !isCommand
  const row = <StepRow step={step} now={now} opens={!silent} />
  if (silent) return <div className={styles.step}>{row}</div>
  const open = toggled ?? (step.error !== null || (isCommand && (isLive || place?.step === number)))
  return (
    <details
      className={styles.details}
      open={open}
      onToggle={({ currentTarget }) => currentTarget.open !== open && setToggled(currentTarget.open)}
    >
      <summary className={styles.step}>{row}</summary>
      {open && (
        <div className={styles.stepBody}>
          {step.error && <Failure error={step.error} />}
          {step.log && <pre className={styles.log}>{step.log}</pre>}
          {isCommand && (
            <StepLog runId={run} job={job} step={step.id} number={number} name={step.name} live={isLive} />
          )}
          {hasOutputs && <Outputs title="Outputs" outputs={step.outputs} />}
        </div>
      )}
    </details>
  )
}

function StepRow({ step, now, opens }: { step: StepState; now: number; opens: boolean }) {
  const sleepsFor = step.status === 'in_progress' && step.wake_at ? millis(step.wake_at) - now : 0
  const forgiven = step.outcome === 'failure' && step.conclusion === 'success'
  const ran = step.started_at !== null && step.conclusion !== 'skipped'
  return (
    <>
      <span className={styles.chevron}>{opens && <ChevronRightIcon size={12} />}</span>
      <StateIcon look={runLook(step)} />
      <span className={styles.stepName}>{step.name}</span>
      {step.uses !== step.name && <code className={styles.uses}>{step.uses}</code>}
      <span className={styles.stepFacts}>
        {sleepsFor > 0 && (
          <span title={exactTime(step.wake_at!)}>
            {step.error ? 'tries again in' : 'sleeps'} {formatDuration(sleepsFor)}
            {!step.error && ' more'}
          </span>
        )}
        {forgiven && <span>failed, went on</span>}
        {step.attempt > 1 && (
          <span title="It met an error that may pass, or the hub stopped while it ran">
            attempt {step.attempt}
          </span>
        )}
        {ran && (
          <span className="numbers">
            {formatElapsed(millis(step.started_at!), millis(step.completed_at), now)}
          </span>
        )}
      </span>
    </>
  )
}

/** Why something failed: the sentence for people, then the name for programs. */
export function Failure({ error }: { error: RunError }) {
  return (
    <p className={styles.failure}>
      {error.message} <code>{error.code}</code>
    </p>
  )
}

/** What a step or job gave to those after it. */
export function Outputs({ title, outputs }: { title: string; outputs: OutputMap }) {
  return (
    <dl className={styles.outputs} aria-label={title}>
      {Object.entries(outputs).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
