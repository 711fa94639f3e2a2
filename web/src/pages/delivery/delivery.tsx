import { SyncIcon } from '@primer/octicons-react'
import { Banner, Button } from '@primer/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Delivery } from '../../../../contract/mirror.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { DeliveryState } from '../../components/delivery-state.tsx'
import { formatDuration } from '../../components/duration.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Page, PageHeader, Section } from '../../components/page.tsx'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { RepositoryLink } from '../../components/repository-link.tsx'
import { api } from '../../data/api.ts'
import { deliveryQuery } from '../../data/queries.ts'
import { useMe } from '../../data/use-session.ts'
import styles from './delivery.module.css'
import { DeliveryEffects } from './delivery-effects.tsx'
import { DeliveryTiming } from './delivery-timing.tsx'

/** One delivery: when it came, what it changed and started, and its payload. */
export function DeliveryPage() {
  const { id } = useParams({ from: '/app/deliveries/$id' })
  const query = useQuery(deliveryQuery(id))
  const queryClient = useQueryClient()
  const again = useMutation({
    mutationFn: () => api.post<Delivery>(`/deliveries/${id}/apply`, {}),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: deliveryQuery(id).queryKey }),
  })
  const mayApply = (useMe()?.role ?? 'viewer') !== 'viewer'
  if (query.isError) {
    return (
      <Page>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  }
  if (!query.data) return <PageSkeleton />
  const {
    event,
    action,
    repository,
    received_at,
    applied_at,
    state,
    error,
    size,
    payload,
    repeat_of,
    headers,
  } = query.data
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
        actions={
          mayApply &&
          payload !== null &&
          (state === 'failed' || state === 'stored') && (
            <Button leadingVisual={SyncIcon} loading={again.isPending} onClick={() => again.mutate()}>
              Apply again
            </Button>
          )
        }
      />
      {again.error && (
        <Banner
          variant="critical"
          title="The delivery could not be applied again"
          description={again.error.message}
          onDismiss={() => again.reset()}
        />
      )}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      <DeliveryTiming delivery={query.data} />
      <DeliveryEffects id={id} />
      {Object.keys(headers).length > 0 && (
        <Section title="Headers">
          <dl className={styles.headers}>
            {Object.entries(headers).map(([name, value]) => (
              <div key={name} className={styles.header}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
      <Section title="Payload" aside={<CopyButton text={JSON.stringify(payload, null, 2)} />}>
        {payload === null ? (
          <p>It is not kept any more: bodies go first when the hub makes room.</p>
        ) : (
          <JsonView value={payload} />
        )}
      </Section>
    </Page>
  )
}
