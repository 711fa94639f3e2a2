import { ChevronRightIcon } from '@primer/octicons-react'
import type { Outputs as OutputMap, RunError, StepState } from '../../../../contract/run.ts'
import { formatDuration } from '../../components/duration.tsx'
import { exactTime } from '../../components/relative-time.tsx'
import { runLook, StateIcon } from '../../components/state-icon.tsx'
import { formatElapsed } from '../../graph/elapsed.ts'
import { millis } from '../../graph/graph-job.ts'
import styles from './run.module.css'

/** One step: its state and time in a row, what it said and gave behind it. A failure is open from the start. */
export function RunStep({ step, now }: { step: StepState; now: number }) {
  const hasOutputs = Object.keys(step.outputs).length > 0
  const silent = !step.log && !step.error && !hasOutputs
  const row = <StepRow step={step} now={now} opens={!silent} />
  if (silent) return <div className={styles.step}>{row}</div>
  return (
    <details className={styles.details} open={step.error !== null || undefined}>
      <summary className={styles.step}>{row}</summary>
      <div className={styles.stepBody}>
        {step.error && <Failure error={step.error} />}
        {step.log && <pre className={styles.log}>{step.log}</pre>}
        {hasOutputs && <Outputs title="Outputs" outputs={step.outputs} />}
      </div>
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
