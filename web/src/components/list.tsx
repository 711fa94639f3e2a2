import { ArrowUpIcon } from '@primer/octicons-react'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Page } from '../data/api.ts'
import { ErrorState } from './error-state.tsx'
import styles from './list.module.css'
import { SkeletonRows } from './skeleton.tsx'

/** Past so many rows only those near the screen are drawn. */
const DRAW_ALL_UP_TO = 100
/** Nearer to the top than this, arrivals may move the rows. */
const TOP = 160

type ListQuery<T> = UseInfiniteQueryResult<{ pages: Page<T>[] }>

/**
 * A list that loads on as one scrolls and stays still while things arrive (a pill tells how many).
 */
export function List<T>({
  label,
  query,
  identity,
  row,
  leaves,
  empty,
  head,
  foot,
}: {
  label: string
  query: ListQuery<T>
  identity: (item: T) => string | number
  /** One row; `fresh`: it has just arrived. */
  row: (item: T, fresh: boolean) => ReactNode
  /** Whether an item no longer belongs here, and is about to go. */
  leaves?: (item: T) => boolean
  empty: ReactNode
  /** Filters and counts above the rows. */
  head?: ReactNode
  /** What can be done with several rows. */
  foot?: ReactNode
}) {
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  const { shown, waiting, gone, showAll } = useStillness(items, identity)
  const fresh = useArrivals(items, identity)

  return (
    <div className={styles.list} aria-busy={query.isPlaceholderData}>
      {head && <div className={styles.head}>{head}</div>}
      {query.isPending && <SkeletonRows />}
      {query.isError && items.length === 0 && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && items.length === 0 && empty}
      {waiting > 0 && (
        <button type="button" className={styles.pill} onClick={showAll}>
          <ArrowUpIcon size={14} /> {waiting} new
        </button>
      )}
      {shown.length > 0 && (
        <Rows
          label={label}
          items={shown}
          identity={identity}
          row={(item) => row(item, fresh.has(identity(item)))}
          leaving={(item) => gone.has(identity(item)) || (leaves?.(item) ?? false)}
        />
      )}
      <More query={query} />
      {foot}
    </div>
  )
}

interface RowsProps<T> {
  label: string
  items: T[]
  identity: (item: T) => string | number
  row: (item: T) => ReactNode
  leaving: (item: T) => boolean
}

function Rows<T>(props: RowsProps<T>) {
  if (props.items.length > DRAW_ALL_UP_TO) return <VirtualRows {...props} />
  return (
    <ul className={styles.rows} aria-label={props.label}>
      {props.items.map((item, index) => (
        <li
          key={props.identity(item)}
          data-index={index}
          data-leaving={props.leaving(item) || undefined}
          className={styles.item}
        >
          {props.row(item)}
        </li>
      ))}
    </ul>
  )
}

function VirtualRows<T>({ label, items, identity, row, leaving }: RowsProps<T>) {
  const list = useRef<HTMLUListElement>(null)
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0
    setMargin(top + window.scrollY)
  }, [])
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => 45,
    overscan: 12,
    scrollMargin: margin,
    getItemKey: (index) => identity(items[index]!),
  })
  return (
    <ul
      className={styles.rows}
      aria-label={label}
      ref={list}
      style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
    >
      {virtualizer.getVirtualItems().map(({ key, index, start }) => (
        <li
          key={key}
          ref={virtualizer.measureElement}
          data-index={index}
          data-leaving={leaving(items[index]!) || undefined}
          aria-setsize={items.length}
          aria-posinset={index + 1}
          className={styles.item}
          style={{
            position: 'absolute',
            insetInline: 0,
            top: 0,
            transform: `translateY(${start - margin}px)`,
          }}
        >
          {row(items[index]!)}
        </li>
      ))}
    </ul>
  )
}

/** The end of the list: loads on when it comes near the screen. */
function More<T>({ query }: { query: ListQuery<T> }) {
  const end = useRef<HTMLDivElement>(null)
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError } = query
  const load = useEffectEvent(() => void query.fetchNextPage())
  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && load(),
      {
        rootMargin: '600px',
      },
    )
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError])
  if (isFetchNextPageError)
    return <ErrorState error={query.error} onRetry={() => void query.fetchNextPage()} />
  return (
    <div ref={end} className={styles.end}>
      {isFetchingNextPage && <SkeletonRows rows={3} />}
    </div>
  )
}

/**
 * Keeps the rows of a reader further down as they are: new contents show in their places, but nothing moves them. What
 * came in between waits, and what left stays until the reader is back at the top.
 */
function useStillness<T>(items: T[], identity: (item: T) => string | number) {
  const [held, setHeld] = useState<readonly T[] | null>(null)
  const follow = useEffectEvent(() => {
    if (window.scrollY <= TOP) setHeld(null)
    else if (!held && items.length > 0) setHeld(items)
  })
  useEffect(() => {
    window.addEventListener('scroll', follow, { passive: true })
    return () => window.removeEventListener('scroll', follow)
  }, [])
  const showAll = () => {
    // First drawn, then scrolled: the list would hold on to the row that it had at the top.
    flushSync(() => setHeld(null))
    window.scrollTo({ top: 0, behavior: 'instant' })
  }

  const known = new Set(held?.map(identity))
  const last = items.findLastIndex((item) => known.has(identity(item)))
  // Nothing of what was held is left: it is another list.
  if (!held || last < 0) return { shown: items, waiting: 0, gone: none, showAll }
  const current = new Map(items.map((item) => [identity(item), item]))
  const below = items.slice(last + 1)
  const shown = [...held.map((item) => current.get(identity(item)) ?? item), ...below]
  if (below.length > 0) setHeld(shown)
  return {
    shown,
    waiting: items.slice(0, last).filter((item) => !known.has(identity(item))).length,
    gone: new Set(held.map(identity).filter((id) => !current.has(id))),
    showAll,
  }
}

const none: ReadonlySet<string | number> = new Set()

/** Which items came above those that were already there. */
function useArrivals<T>(items: T[], identity: (item: T) => string | number): ReadonlySet<string | number> {
  const [known, setKnown] = useState<{ first: string | number | null; fresh: Set<string | number> }>({
    first: null,
    fresh: new Set(),
  })
  const first = items[0] === undefined ? null : identity(items[0])
  if (first !== known.first) {
    const at = known.first === null ? -1 : items.findIndex((item) => identity(item) === known.first)
    setKnown({ first, fresh: new Set(items.slice(0, Math.max(0, at)).map(identity)) })
  }
  return known.fresh
}
