import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Page, Query } from './api.ts'
import type { ListKey, Resource } from './list-query.ts'

type Pages<T> = InfiniteData<Page<T>, string | null>
type Rank = string | number

/** How a resource's lists know and order their items. */
export interface Listing<T> {
  resource: Resource
  identity: (item: T) => Rank
  /** What the list is sorted by. */
  rank: (item: T, params: Query) => Rank
  ascending?: boolean | undefined
}

/** A list in the cache, and how to change it. */
export interface CachedList<T> {
  key: ListKey
  params: Query
  /** Replaces a held item by a newer truth of it. Answers whether the list holds it. */
  replace: (item: T, newer?: (next: T, held: T) => boolean) => boolean
  /** Puts a new item where the order wants it; not when that place is on a page that is not loaded. */
  insert: (item: T) => boolean
  remove: (same: (item: T) => boolean) => boolean
}

/** Live arrivals make a first page longer; past this it is loaded anew instead. */
const LONGEST_FIRST_PAGE = 200

/** Every loaded list of a resource that shows the scope: its own lists and those across everything. */
export function cachedLists<T>(
  queryClient: QueryClient,
  listing: Listing<T>,
  scope: string | null,
): CachedList<T>[] {
  return queryClient
    .getQueryCache()
    .findAll({ queryKey: ['list', listing.resource] })
    .filter(({ queryKey, state }) => state.data && [null, scope].includes((queryKey as ListKey)[2]))
    .map(({ queryKey }) => openList(queryClient, listing, queryKey as ListKey))
}

/** One loaded list, by its key. */
export function openList<T>(queryClient: QueryClient, listing: Listing<T>, key: ListKey): CachedList<T> {
  const params = key[3]
  const descending = params.direction ? params.direction === 'desc' : !listing.ascending
  const read = () => queryClient.getQueryData<Pages<T>>(key)?.pages ?? []
  const write = (pages: Page<T>[]) =>
    queryClient.setQueryData<Pages<T>>(key, (data) => data && { ...data, pages })
  const comesBefore = (a: T, b: T) => {
    const [rankA, rankB] = [listing.rank(a, params), listing.rank(b, params)]
    return descending ? rankA >= rankB : rankA < rankB
  }

  return {
    key,
    params,
    replace(item, newer = () => true) {
      const pages = read()
      const id = listing.identity(item)
      for (const [index, page] of pages.entries()) {
        const at = page.items.findIndex((held) => listing.identity(held) === id)
        if (at < 0) continue
        const held = page.items[at]!
        if (newer(item, held)) {
          write(pages.with(index, { ...page, items: page.items.with(at, { ...held, ...item }) }))
        }
        return true
      }
      return false
    },
    insert(item) {
      const pages = read()
      for (const [index, page] of pages.entries()) {
        const at = page.items.findIndex((held) => comesBefore(item, held))
        const atEnd = at < 0 && page.next === null
        if (at < 0 && !atEnd) continue
        write(
          pages.with(index, {
            ...page,
            items: page.items.toSpliced(atEnd ? page.items.length : at, 0, item),
          }),
        )
        if (page.items.length >= LONGEST_FIRST_PAGE) void queryClient.invalidateQueries({ queryKey: key })
        return true
      }
      return false
    },
    remove(same) {
      const pages = read()
      const kept = pages.map((page) => ({ ...page, items: page.items.filter((item) => !same(item)) }))
      const changed = kept.some((page, index) => page.items.length !== pages[index]!.items.length)
      if (changed) write(kept)
      return changed
    },
  }
}
