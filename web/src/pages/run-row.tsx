import type { Run } from '../../../contract/workflows.ts'
import { Duration } from '../components/duration.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { Row } from '../components/row.tsx'
import { runLook, StateIcon } from '../components/state-icon.tsx'
import { triggerWords } from './run/trigger-words.ts'
import styles from './run-row.module.css'

/** One run in a list. */
export function RunRow({ run, fresh }: { run: Run; fresh: boolean }) {
  const look = runLook(run)
  return (
    <Row
      icon={<StateIcon look={look} />}
      title={run.name}
      to="/runs/$id"
      params={{ id: run.id }}
      changed={look.word}
      fresh={fresh}
      meta={
        <>
          <span>
            {run.workflow_name} #{run.number}
          </span>
          <span>·</span>
          <span>{triggerWords(run)}</span>
          {run.repository && (
            <>
              <span>·</span>
              <span>{run.repository}</span>
            </>
          )}
          {run.attempt > 1 && (
            <>
              <span>·</span>
              <span>attempt {run.attempt}</span>
            </>
          )}
        </>
      }
      trailing={
        <>
          {run.started_at && (
            <span className={styles.took}>
              <Duration from={run.started_at} to={run.completed_at} />
            </span>
          )}
          <span className={styles.age}>
            <RelativeTime at={run.created_at} />
          </span>
        </>
      }
    />
  )
}
