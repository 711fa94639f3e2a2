import { WebhookIcon } from '@primer/octicons-react'
import { SegmentedControl, TextInput } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Delivery } from '../../../contract/mirror.ts'
import { DeliveryState } from '../components/delivery-state.tsx'
import { formatDuration } from '../components/duration.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { List } from '../components/list.tsx'
import { Page, PageHeader } from '../components/page.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { Row } from '../components/row.tsx'
import rows from '../components/rows.module.css'
import { fitsList } from '../data/list-cache.ts'
import { deliveries } from '../data/listings.ts'
import { deliveriesQuery } from '../data/queries.ts'
import type { DeliveriesSearch } from '../search.ts'

const states = [undefined, 'applied', 'stored', 'pending', 'failed'] as const

/** Every webhook that GitHub sent, as it was received. */
export function DeliveriesPage() {
  const search = useSearch({ from: '/app/deliveries' })
  const navigate = useNavigate({ from: '/deliveries' })
  const query = useInfiniteQuery(deliveriesQuery(search))
  const filtered = Boolean(search.event || search.state || search.repository)
  return (
    <Page>
      <PageHeader title="Deliveries" facts="Webhooks from GitHub, as they were received" />
      <List
        label="Deliveries"
        query={query}
        identity={(delivery) => delivery.id}
        head={<Filter search={search} onChange={(next) => void navigate({ search: next, replace: true })} />}
        row={(delivery, fresh) => <DeliveryRow delivery={delivery} fresh={fresh} />}
        leaves={(delivery) => fitsList(deliveries, delivery, search) === false}
        empty={
          <EmptyState icon={WebhookIcon} title={filtered ? 'No delivery matches' : 'No deliveries yet'}>
            {filtered
              ? 'Change the filter to see others.'
              : 'Each webhook that GitHub sends to /webhooks/github is kept here with its payload.'}
          </EmptyState>
        }
      />
    </Page>
  )
}

function Filter({
  search,
  onChange,
}: {
  search: DeliveriesSearch
  onChange: (search: DeliveriesSearch) => void
}) {
  const [event, setEvent] = useState(search.event ?? '')
  useEffect(() => {
    const next = event.trim() || undefined
    if (next === search.event) return
    const timer = setTimeout(() => onChange({ ...search, event: next }), 300)
    return () => clearTimeout(timer)
  })
  return (
    <>
      <SegmentedControl
        aria-label="State"
        size="small"
        onChange={(index) => onChange({ ...search, state: states[index] })}
      >
        {states.map((state) => (
          <SegmentedControl.Button key={state ?? 'all'} selected={state === search.state}>
            {state ? state.charAt(0).toUpperCase() + state.slice(1) : 'All'}
          </SegmentedControl.Button>
        ))}
      </SegmentedControl>
      <TextInput
        aria-label="Event"
        placeholder="Event, as in pull_request"
        size="small"
        value={event}
        onChange={(change) => setEvent(change.target.value)}
        spellCheck={false}
      />
    </>
  )
}

function DeliveryRow({ delivery, fresh }: { delivery: Delivery; fresh: boolean }) {
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
