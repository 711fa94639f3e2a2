import { SearchIcon } from '@primer/octicons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { parseQuery } from '../../../../contract/search/parse-query.ts'
import { typeOf } from '../../../../contract/search/read-query.ts'
import { searchTypes } from '../../../../contract/search/words.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { FilterChips } from '../../components/filter-chips.tsx'
import { List } from '../../components/list.tsx'
import { Page, PageHeader } from '../../components/page.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { searchCountsQuery, searchQuery } from '../../data/search-queries.ts'
import { HitRow, identityOf } from './hit-row.tsx'
import { SavedSearches, SaveSearch } from './saved-searches.tsx'
import styles from './search.module.css'
import { TypeTabs } from './type-tabs.tsx'

const route = getRouteApi('/app/search')

/** Whatever the mirror holds and the person may read, by GitHub's search words. */
export function SearchPage() {
  const { q = '', type: asked } = route.useSearch()
  const navigate = route.useNavigate()
  const { counts } = useQuery(searchCountsQuery(q)).data ?? {}
  const named = typeOf(parseQuery(q))
  // Without a word from the person, the first type of which there is something.
  const found = counts?.find(({ count }) => count > 0)?.type
  const type = asked ?? named ?? found ?? 'issues'
  const onSearch = (next: string) => void navigate({ search: { q: next, type: asked } })
  useEffect(() => {
    if (named && asked && named !== asked) void navigate({ search: { q }, replace: true })
  })

  return (
    <Page>
      <PageHeader title="Search" documentTitle={q ? `${q} · Search` : 'Search'} />
      <div className={styles.field}>
        <SearchField
          value={q}
          onSearch={onSearch}
          type={type}
          label="Search everything"
          placeholder="crash label:bug author:@me"
          large
          autoFocus={q === ''}
        />
        <div className={styles.below}>
          <FilterChips q={q} onSearch={onSearch} />
          <SaveSearch q={q} type={type} />
        </div>
      </div>
      {q.trim() === '' ? (
        <>
          <SavedSearches />
          <EmptyState icon={SearchIcon} title="Find anything that the hub mirrors">
            Words are looked for in titles and texts of issues, pull requests, comments, commits and runs.
            Narrow them as on GitHub: <code>is:open</code>, <code>author:@me</code>, <code>label:bug</code>,{' '}
            <code>repo:owner/name</code>, <code>created:&gt;2026-01-31</code>, <code>-label:wontfix</code>.
          </EmptyState>
        </>
      ) : (
        <div className={styles.results}>
          <TypeTabs
            types={named ? [named] : searchTypes}
            chosen={type}
            counts={counts}
            onChoose={(next) => void navigate({ search: { q, type: next } })}
          />
          <Hits q={q} type={type} />
        </div>
      )}
    </Page>
  )
}

function Hits({ q, type }: { q: string; type: (typeof searchTypes)[number] }) {
  const query = useInfiniteQuery(searchQuery(q, type))
  return (
    <div className={styles.hits}>
      <List
        label="Results"
        query={query}
        identity={identityOf}
        row={(hit) => <HitRow hit={hit} />}
        empty={
          <EmptyState icon={SearchIcon} title="Nothing is found">
            Try fewer or other words, or look at another type at the side.
          </EmptyState>
        }
      />
    </div>
  )
}
