import { WebhookIcon } from '@primer/octicons-react'
import type { Delivery } from '../../../contract/mirror.ts'
import { DeliveryState } from './delivery-state.tsx'
import { formatDuration } from './duration.tsx'
import { RelativeTime } from './relative-time.tsx'
import { Row } from './row.tsx'
import rows from './rows.module.css'

/** One delivery in a list. */
export function DeliveryRow({ delivery, fresh }: { delivery: Delivery; fresh: boolean }) {
  return (
    <Row
      icon={<WebhookIcon className={rows.owner} />}
      title={delivery.action ? `${delivery.event}.${delivery.action}` : delivery.event}
      to="/deliveries/$id"
      params={{ id: delivery.id }}
      changed={delivery.state}
      fresh={fresh}
      meta={
        <>
          <span>{delivery.repository ?? 'no repository'}</span>
          <code className={rows.wideOnly}>· {delivery.id}</code>
        </>
      }
      trailing={
        <>
          <span className={`${rows.wideOnly} numbers`} title="From receiving to applying it">
            {delivery.applied_at &&
              formatDuration(Date.parse(delivery.applied_at) - Date.parse(delivery.received_at))}
          </span>
          <DeliveryState delivery={delivery} />
          <span className={`${rows.time} ${rows.wideOnly}`}>
            <RelativeTime at={delivery.received_at} />
          </span>
        </>
      }
    />
  )
}
