import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { CopyButton } from '../components/copy-button.tsx'
import { DeliveryState } from '../components/delivery-state.tsx'
import { formatDuration } from '../components/duration.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Page, PageHeader, Section } from '../components/page.tsx'
import { PageSkeleton } from '../components/page-skeleton.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { RepositoryLink } from '../components/repository-link.tsx'
import { deliveryQuery } from '../data/queries.ts'
import styles from './delivery.module.css'

/** One delivery: when it came, what became of it, and its payload. */
export function DeliveryPage() {
  const { id } = useParams({ from: '/app/deliveries/$id' })
  const query = useQuery(deliveryQuery(id))
  if (query.isError) {
    return (
      <Page>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  }
  if (!query.data) return <PageSkeleton />
  const { event, action, repository, received_at, applied_at, state, error, size, payload, repeat_of } =
    query.data
  const name = action ? `${event}.${action}` : event
  return (
    <Page>
      <PageHeader
        title={name}
        documentTitle={`${name} · Delivery ${id.slice(0, 8)}`}
        state={<DeliveryState delivery={query.data} />}
        facts={
          <>
            {repository && <RepositoryLink fullName={repository} />}
            <code>{id}</code>
            <span>
              received <RelativeTime at={received_at} />
            </span>
            {applied_at && (
              <span className="numbers">
                {state === 'failed' ? 'given up' : 'applied'} after{' '}
                {formatDuration(Date.parse(applied_at) - Date.parse(received_at))}
              </span>
            )}
            <span className="numbers">{size.toLocaleString()} bytes</span>
            {repeat_of && (
              <span>
                repeats{' '}
                <Link to="/deliveries/$id" params={{ id: repeat_of }}>
                  <code>{repeat_of}</code>
                </Link>
                , so it started no run
              </span>
            )}
          </>
        }
      />
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      <Section title="Payload" aside={<CopyButton text={JSON.stringify(payload, null, 2)} />}>
        <JsonView value={payload} />
      </Section>
    </Page>
  )
}
