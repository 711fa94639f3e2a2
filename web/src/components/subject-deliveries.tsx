import { WebhookIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { itemsOf } from '../data/items-of.ts'
import { deliveriesQuery } from '../data/queries.ts'
import { DeliveryRow } from './delivery-row.tsx'
import { ErrorState } from './error-state.tsx'
import { Section } from './page.tsx'
import styles from './subject-deliveries.module.css'

/** So many are shown; the list of deliveries has the rest. */
const shown = 5

/** The latest webhooks about an issue or pull request: each leads to what it changed and to the runs it started. */
export function SubjectDeliveries({ fullName, number }: { fullName: string; number: number }) {
  const query = useInfiniteQuery(deliveriesQuery({ repository: fullName, number }))
  const deliveries = itemsOf(query)
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  // Whatever was there before the hub came has none.
  if (deliveries.length === 0) return null
  return (
    <Section
      title="Deliveries"
      aside={
        deliveries.length > shown && (
          <Link to="/deliveries" search={{ repository: fullName, number }}>
            <WebhookIcon size={12} /> All of them
          </Link>
        )
      }
    >
      <ul className={styles.box}>
        {deliveries.slice(0, shown).map((delivery) => (
          <li key={delivery.id}>
            <DeliveryRow delivery={delivery} fresh={false} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
