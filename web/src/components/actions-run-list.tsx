import { PlayIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { actionsRunsQuery } from '../data/queries.ts'
import { ActionsRunRow } from './actions-run-row.tsx'
import { EmptyState } from './empty-state.tsx'
import { List } from './list.tsx'

/** GitHub Actions runs of one repository, or of all that the person may read (`scope` null). */
export function ActionsRunList({ scope }: { scope: string | null }) {
  const query = useInfiniteQuery(actionsRunsQuery(scope))
  return (
    <List
      label="Actions runs"
      query={query}
      identity={(run) => run.id}
      row={(run, fresh) => (
        <ActionsRunRow
          run={run}
          fullName={scope ?? run.repository ?? ''}
          showRepository={scope === null}
          fresh={fresh}
        />
      )}
      empty={
        <EmptyState icon={PlayIcon} title="No runs yet">
          Runs of GitHub Actions appear here as they start. A repository has some once it holds a file in
          .github/workflows.
        </EmptyState>
      }
    />
  )
}
