import { WebhookIcon, XIcon } from '@primer/octicons-react'
import { Button, SegmentedControl, TextInput } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { DeliveryRow } from '../components/delivery-row.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { List } from '../components/list.tsx'
import { Page, PageHeader } from '../components/page.tsx'
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
      <Word
        label="Event"
        placeholder="Event, as in pull_request"
        value={search.event}
        onChange={(event) => onChange({ ...search, event })}
      />
      <Word
        label="Repository"
        placeholder="owner/name"
        value={search.repository}
        // A number is one of its repository.
        onChange={(repository) => onChange({ ...search, repository, number: undefined })}
      />
      {search.number !== undefined && (
        <Button
          size="small"
          trailingVisual={XIcon}
          aria-label={`About #${search.number}: show those about everything`}
          onClick={() => onChange({ ...search, number: undefined })}
        >
          About #{search.number}
        </Button>
      )}
    </>
  )
}

/** A field that is asked for once one stops typing. */
function Word({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string
  placeholder: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const [typed, setTyped] = useState(value ?? '')
  useEffect(() => {
    const next = typed.trim() || undefined
    if (next === value) return
    const timer = setTimeout(() => onChange(next), 300)
    return () => clearTimeout(timer)
  })
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      size="small"
      value={typed}
      onChange={(change) => setTyped(change.target.value)}
      spellCheck={false}
    />
  )
}
