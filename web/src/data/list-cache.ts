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
  /** Whether an item belongs into a list with this filter, by the filter's name. */
  fits?: Readonly<Record<string, (item: T, value: Query[string]) => boolean>> | undefined
  /** What a filter asks for when the address does not say. */
  defaults?: Query | undefined
}

/** A list in the cache, and how to change it. */
export interface CachedList<T> {
  key: ListKey
  params: Query
  /**
   * Brings the list up to date with one item: replaces, inserts or moves it, or lets it go when it no longer fits the
   * list's filter. Answers whether what is shown could have moved.
   */
  put: (item: T, newer?: (next: T, held: T) => boolean) => boolean
  /** Whether the list's filter can be judged here; the hub has to be asked otherwise. */
  judged: boolean
  /** Replaces a held item by a newer truth of it. Answers whether the list holds it. */
  replace: (item: T, newer?: (next: T, held: T) => boolean) => boolean
  /** Puts a new item where the order wants it; not when that place is on a page that is not loaded. */
  insert: (item: T) => boolean
  remove: (same: (item: T) => boolean) => boolean
  /** Brings the list's beginning up to date with the hub's; `whole`: that is all of it. */
  mergeHead: (head: readonly T[], whole: boolean) => void
}

/** What no longer fits its list stays for this long, so that one sees what became of it. */
const LINGER_MS = 3_000
/** Of what a list is asked for, what says nothing of which items it has. */
const ORDER = new Set(['sort', 'direction', 'limit'])

/** Whether an item belongs into a list with these filters; null: one of them only the hub can judge. */
export function fitsList<T>(listing: Listing<T>, item: T, params: Query): boolean | null {
  if (!canJudge(listing, params)) return null
  return filtersOf(listing, params).every(([name, value]) => listing.fits![name]!(item, value))
}

const canJudge = <T>(listing: Listing<T>, params: Query) =>
  filtersOf(listing, params).every(([name]) => listing.fits?.[name])

function filtersOf<T>(listing: Listing<T>, params: Query): [string, Query[string]][] {
  const asked = Object.entries(params).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  return Object.entries({ ...listing.defaults, ...Object.fromEntries(asked) }).filter(
    ([name]) => !ORDER.has(name),
  )
}

/** Live arrivals make a first page longer; past this it is loaded anew instead. */
const LONGEST_FIRST_PAGE = 200

/** Every loaded list of a resource that shows the scope: its own lists and those across everything. */
export function cachedLists<T>(
  queryClient: QueryClient,
  listing: Listing<T>,
  scope: string | null,
): CachedList<T>[] {
  return listsWithin(queryClient, listing, (shown) => shown === null || shown === scope)
}

/** Every loaded list of a resource whose scope is one of these. */
export function listsWithin<T>(
  queryClient: QueryClient,
  listing: Listing<T>,
  isWithin: (scope: string | null) => boolean,
): CachedList<T>[] {
  return queryClient
    .getQueryCache()
    .findAll({ queryKey: ['list', listing.resource] })
    .filter(({ queryKey, state }) => state.data && isWithin((queryKey as ListKey)[2]))
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

  const find = (item: T) =>
    read()
      .flatMap((page) => page.items)
      .find((held) => listing.identity(held) === listing.identity(item))
  const list: CachedList<T> = {
    key,
    params,
    judged: canJudge(listing, params),
    put(item, newer = () => true) {
      const held = find(item)
      if (!held) return fitsList(listing, item, params) === true && list.insert(item)
      if (!newer(item, held)) return false
      const next = { ...held, ...item }
      list.replace(next)
      if (fitsList(listing, next, params) === false) letGo(next)
      else if (listing.rank(next, params) !== listing.rank(held, params)) {
        list.remove((other) => listing.identity(other) === listing.identity(next))
        // Its place may be on a page that is not loaded.
        list.insert(next)
      }
      return true
    },
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
    mergeHead(head, whole) {
      const told = new Set(head.map(listing.identity))
      const last = head.at(-1)
      list.remove((held) => {
        // One of the last one's own rank may stand on either side of it.
        const covered = whole || (last !== undefined && comesBefore(held, last) && !comesBefore(last, held))
        return covered && !told.has(listing.identity(held))
      })
      for (const item of head.toReversed()) if (!list.replace(item)) list.insert(item)
    },
  }
  return list

  function letGo(item: T): void {
    setTimeout(() => {
      const now = find(item)
      if (now && fitsList(listing, now, params) === false)
        list.remove((other) => listing.identity(other) === listing.identity(now))
    }, LINGER_MS)
  }
}
