import { GitPullRequestIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSelection } from '../acting/selection.tsx'
import { listParams } from '../data/filter-words.ts'
import { itemsOf } from '../data/items-of.ts'
import { fitsList } from '../data/list-cache.ts'
import { pullRequests } from '../data/listings.ts'
import { pullRequestsQuery } from '../data/queries.ts'
import type { ListSearch } from '../search.ts'
import { EmptyState } from './empty-state.tsx'
import { FilterBar } from './filter-bar.tsx'
import { List } from './list.tsx'
import { PullRequestRow } from './pull-request-row.tsx'

/** Pull requests of one repository, or of all that the person may read (`scope` null). */
export function PullRequestList({
  scope,
  search,
  onSearch,
}: {
  scope: string | null
  search: ListSearch
  onSearch: (search: ListSearch) => void
}) {
  const params = listParams(search.q, 'pulls')
  const query = useInfiniteQuery(pullRequestsQuery(scope, params))
  const { box, bar } = useSelection(itemsOf(query), ({ repository = scope ?? '', ...item }) => ({
    fullName: repository,
    number: item.number,
    isPull: true,
    item,
  }))
  return (
    <List
      label="Pull requests"
      query={query}
      identity={(pull) => pull.id}
      head={
        <FilterBar
          label="Filter pull requests"
          type="pulls"
          byState
          repository={scope}
          q={search.q}
          onSearch={(q) => onSearch({ q })}
        />
      }
      row={(pull, fresh) => (
        <PullRequestRow
          pull={pull}
          fullName={scope ?? pull.repository ?? ''}
          showRepository={scope === null}
          fresh={fresh}
          select={box(pull)}
        />
      )}
      foot={bar}
      leaves={(pull) => fitsList(pullRequests, pull, params) === false}
      empty={
        <EmptyState icon={GitPullRequestIcon} title="No pull requests match">
          Pull requests appear here the moment somebody opens them on GitHub. Change the filter to see others.
        </EmptyState>
      }
    />
  )
}
