import { RocketIcon, XIcon } from '@primer/octicons-react'
import { Button, SegmentedControl, Select } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { EmptyState } from '../components/empty-state.tsx'
import { List } from '../components/list.tsx'
import { Page, PageHeader } from '../components/page.tsx'
import { runsQuery } from '../data/run-queries.ts'
import { workflowsQuery } from '../data/workflow-queries.ts'
import type { RunsSearch } from '../search.ts'
import { RunRow } from './run-row.tsx'
import styles from './runs.module.css'

const route = getRouteApi('/app/runs')

const statuses = [
  { status: undefined, label: 'All' },
  { status: 'in_progress', label: 'In progress' },
  { status: 'queued', label: 'Queued' },
  { status: 'completed', label: 'Completed' },
] as const

/** Every run that the person may see, the newest first; rows follow the hub. */
export function RunsPage() {
  const search = route.useSearch()
  const query = useInfiniteQuery(runsQuery(search))
  const filtered = Object.values(search).some((value) => value !== undefined)
  return (
    <Page>
      <PageHeader title="Runs" />
      <List
        label="Runs"
        query={query}
        identity={(run) => run.id}
        row={(run, fresh) => <RunRow run={run} fresh={fresh} />}
        head={<Filters search={search} />}
        empty={
          filtered ? (
            <EmptyState icon={RocketIcon} title="No run fits these filters">
              Choose another status or workflow.
            </EmptyState>
          ) : (
            <EmptyState
              icon={RocketIcon}
              title="No runs yet"
              action={<Link to="/workflows">See the workflows</Link>}
            >
              A workflow runs when something happens on GitHub, at set times, or when you start it. Every run
              is listed here with what it did.
            </EmptyState>
          )
        }
      />
    </Page>
  )
}

function Filters({ search }: { search: RunsSearch }) {
  const navigate = route.useNavigate()
  const filter = (change: RunsSearch) => void navigate({ search: { ...search, ...change }, replace: true })
  const workflows = useInfiniteQuery(workflowsQuery).data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className={styles.filters}>
      <SegmentedControl
        aria-label="Status"
        size="small"
        onChange={(index) => filter({ status: statuses[index]!.status })}
      >
        {statuses.map(({ status, label }) => (
          <SegmentedControl.Button key={label} selected={search.status === status}>
            {label}
          </SegmentedControl.Button>
        ))}
      </SegmentedControl>
      <Select
        aria-label="Workflow"
        size="small"
        value={search.workflow_id ?? ''}
        onChange={(event) => filter({ workflow_id: event.target.value || undefined })}
      >
        <Select.Option value="">All workflows</Select.Option>
        {workflows.map((workflow) => (
          <Select.Option key={workflow.id} value={workflow.id}>
            {workflow.name}
          </Select.Option>
        ))}
      </Select>
      {search.repository && (
        <Button size="small" trailingVisual={XIcon} onClick={() => filter({ repository: undefined })}>
          {search.repository}
        </Button>
      )}
    </div>
  )
}
