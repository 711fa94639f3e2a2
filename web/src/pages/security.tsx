import { ShieldCheckIcon } from '@primer/octicons-react'
import { SegmentedControl } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ListedAlert } from '../../../contract/alerts.ts'
import { AlertRow } from '../components/alert-row.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { List } from '../components/list.tsx'
import { Page, PageHeader } from '../components/page.tsx'
import { listQuery } from '../data/list-query.ts'

const states = ['open', 'closed', 'all'] as const

/** Security alerts of every repository in which the person may see them. */
export function SecurityPage() {
  const [state, setState] = useState<(typeof states)[number]>('open')
  const query = useInfiniteQuery(
    listQuery<ListedAlert>({ resource: 'alerts', path: '/security/alerts', params: { state } }),
  )
  return (
    <Page>
      <PageHeader
        title="Security"
        facts={
          <span>What webhooks told, and what was read when somebody opened a repository’s Security tab.</span>
        }
      />
      <SegmentedControl aria-label="State" onChange={(index) => setState(states[index]!)} size="small">
        {states.map((each) => (
          <SegmentedControl.Button key={each} selected={each === state}>
            {each[0]!.toUpperCase() + each.slice(1)}
          </SegmentedControl.Button>
        ))}
      </SegmentedControl>
      <List
        label="Security alerts"
        query={query}
        identity={({ kind, repository, number }) => `${kind} ${repository} ${number}`}
        row={(alert, fresh) => (
          <AlertRow kind={alert.kind} alert={alert} repository={alert.repository} fresh={fresh} />
        )}
        empty={
          <EmptyState icon={ShieldCheckIcon} title={state === 'open' ? 'No open alerts' : 'No alerts'}>
            Alerts of dependencies and code are shown to those who may push, those of secrets to
            administrators.
          </EmptyState>
        }
      />
    </Page>
  )
}
