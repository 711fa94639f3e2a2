import { PlayIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { workflowRunsQuery } from '../../data/workflow-queries.ts'
import { RunRow } from '../run-row.tsx'

const route = getRouteApi('/app/workflows/$id')

/** The runs of one workflow, the newest first. */
export function WorkflowRunsTab() {
  const query = useInfiniteQuery(workflowRunsQuery(route.useParams().id))
  return (
    <List
      label="Runs"
      query={query}
      identity={(run) => run.id}
      row={(run, fresh) => <RunRow run={run} fresh={fresh} />}
      empty={
        <EmptyState icon={PlayIcon} title="It has not run yet">
          The next time one of its triggers happens, its run shows here.
        </EmptyState>
      }
    />
  )
}
