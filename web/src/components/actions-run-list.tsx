import { PlayIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { actionsRunsQuery } from '../data/queries.ts'
import type { ListSearch } from '../search.ts'
import { ActionsRunRow } from './actions-run-row.tsx'
import { EmptyState } from './empty-state.tsx'
import { FilterBar } from './filter-bar.tsx'
import { List } from './list.tsx'

/** GitHub Actions runs of one repository, or of all that the person may read (`scope` null). */
export function ActionsRunList({
  scope,
  search,
  onSearch,
  aside,
}: {
  scope: string | null
  search: ListSearch
  onSearch: (search: ListSearch) => void
  /** What can be done beside looking. */
  aside?: ReactNode
}) {
  const query = useInfiniteQuery(actionsRunsQuery(scope, search))
  return (
    <List
      label="Actions runs"
      query={query}
      identity={(run) => run.id}
      head={
        <>
          <FilterBar
            label="Filter runs"
            type="actions_runs"
            repository={scope}
            q={search.q}
            onSearch={(q) => onSearch(q === '' ? {} : { q })}
          />
          {aside}
        </>
      }
      row={(run, fresh) => (
        <ActionsRunRow
          run={run}
          fullName={scope ?? run.repository ?? ''}
          showRepository={scope === null}
          fresh={fresh}
        />
      )}
      empty={
        search.q ? (
          <EmptyState icon={PlayIcon} title="No runs match">
            Change the filter to see others.
          </EmptyState>
        ) : (
          <EmptyState icon={PlayIcon} title="No runs yet">
            Runs of GitHub Actions appear here as they start. A repository has some once it holds a file in
            .github/workflows.
          </EmptyState>
        )
      }
    />
  )
}
