import { IssueOpenedIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSelection } from '../acting/selection.tsx'
import { listParams } from '../data/filter-words.ts'
import { itemsOf } from '../data/items-of.ts'
import { fitsList } from '../data/list-cache.ts'
import { issues } from '../data/listings.ts'
import { issuesQuery } from '../data/queries.ts'
import type { ListSearch } from '../search.ts'
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
  search: ListSearch
  onSearch: (search: ListSearch) => void
}) {
  const params = listParams(search.q, 'issues')
  const query = useInfiniteQuery(issuesQuery(scope, params))
  const { box, bar } = useSelection(itemsOf(query), ({ repository = scope ?? '', ...item }) => ({
    fullName: repository,
    number: item.number,
    item,
  }))
  return (
    <List
      label="Issues"
      query={query}
      identity={(issue) => issue.id}
      head={
        <FilterBar
          label="Filter issues"
          type="issues"
          byState
          repository={scope}
          q={search.q}
          onSearch={(q) => onSearch({ q })}
        />
      }
      row={(issue, fresh) => (
        <IssueRow
          issue={issue}
          fullName={scope ?? issue.repository ?? ''}
          showRepository={scope === null}
          fresh={fresh}
          select={box(issue)}
        />
      )}
      foot={bar}
      leaves={(issue) => fitsList(issues, issue, params) === false}
      empty={
        <EmptyState icon={IssueOpenedIcon} title="No issues match">
          Issues appear here the moment somebody opens them on GitHub. Change the filter to see others.
        </EmptyState>
      }
    />
  )
}
