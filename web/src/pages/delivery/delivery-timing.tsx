import { useQuery } from '@tanstack/react-query'
import type { Delivery } from '../../../../contract/mirror.ts'
import type { Run } from '../../../../contract/workflows.ts'
import { formatDuration } from '../../components/duration.tsx'
import { Section } from '../../components/page.tsx'
import { deliveryEffectsQuery } from '../../data/queries.ts'
import styles from './delivery.module.css'

interface Stage {
  name: string
  /** Milliseconds since the epoch; null: not yet. */
  at: number | null
}

/** When each stage of a delivery was reached, counted from its receipt. */
export function DeliveryTiming({ delivery }: { delivery: Delivery }) {
  const { data } = useQuery(deliveryEffectsQuery(delivery.id))
  const stages = stagesOf(delivery, data?.runs ?? [])
  const began = Date.parse(delivery.received_at)
  return (
    <Section title="Timing">
      <ol className={styles.stages}>
        {stages.map(({ name, at }) => (
          <li key={name} className={styles.stage}>
            <span>{name}</span>
            <span className={`${styles.when} numbers`}>
              {at === null ? (
                'not yet'
              ) : at === began ? (
                <time dateTime={delivery.received_at}>{new Date(began).toLocaleString()}</time>
              ) : (
                <time dateTime={new Date(at).toISOString()}>+{formatDuration(at - began)}</time>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  )
}

/** Receipt, its work here, and the runs that followed: the first start and the last end. */
function stagesOf({ received_at, applied_at, state }: Delivery, runs: readonly Run[]): Stage[] {
  const done = {
    applied: 'Applied',
    stored: 'Looked at, nothing to apply',
    failed: 'Given up',
    pending: 'Applied',
  }
  const stages = [
    { name: 'Received', at: Date.parse(received_at) },
    { name: done[state], at: timeOf(applied_at) },
  ]
  if (runs.length === 0) return stages
  const starts = runs.flatMap(({ started_at }) => timeOf(started_at) ?? [])
  const ends = runs.map(({ completed_at }) => timeOf(completed_at))
  const isOver = ends.every((end) => end !== null)
  const start = { name: 'First run started', at: starts.length > 0 ? Math.min(...starts) : null }
  return [
    ...stages,
    // Runs that were skipped end without a start.
    ...(start.at === null && isOver ? [] : [start]),
    { name: 'Last run ended', at: isOver ? Math.max(...ends) : null },
  ]
}

const timeOf = (time: string | null) => (time === null ? null : Date.parse(time))
