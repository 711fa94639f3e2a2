import { IssueOpenedIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { fitsList } from '../data/list-cache.ts'
import { issues } from '../data/listings.ts'
import { issuesQuery } from '../data/queries.ts'
import type { StateSearch } from '../search.ts'
import { EmptyState } from './empty-state.tsx'
import { FilterBar } from './filter-bar.tsx'
import { IssueRow } from './issue-row.tsx'
import { List } from './list.tsx'

/** Issues of one repository, or of all that the person may read (`scope` null). */
export function IssueList({
  scope,
  search,
  onSearch,
}: {
  scope: string | null
  search: StateSearch
  onSearch: (search: StateSearch) => void
}) {
  const query = useInfiniteQuery(issuesQuery(scope, search))
  return (
    <List
      label="Issues"
      query={query}
      identity={(issue) => issue.id}
      head={<FilterBar label="Filter issues" byLabel search={search} onChange={onSearch} />}
      row={(issue, fresh) => (
        <IssueRow
          issue={issue}
          fullName={scope ?? issue.repository ?? ''}
          showRepository={scope === null}
          fresh={fresh}
        />
      )}
      leaves={(issue) => fitsList(issues, issue, search) === false}
      empty={
        <EmptyState icon={IssueOpenedIcon} title="No issues match">
          Issues appear here the moment somebody opens them on GitHub. Change the filter to see others.
        </EmptyState>
      }
    />
  )
}
