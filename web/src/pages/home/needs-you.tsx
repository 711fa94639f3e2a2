import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { InboxItem } from '../../../../contract/inbox.ts'
import { InboxThread } from '../../components/inbox-thread.tsx'
import { Section } from '../../components/page.tsx'
import { asking, inboxQuery, isAsking } from '../../data/inbox.ts'
import { itemsOf } from '../../data/items-of.ts'
import styles from './home.module.css'

/** Of each kind, so many; the rest is one click away. */
const SHOWN = 4

/** What of the inbox waits for the person to do something: absent when nothing does. */
export function NeedsYou() {
  const query = useInfiniteQuery(inboxQuery('inbox'))
  const all = useSearch({ from: '/app/' }).needs === 'all'
  const needs = itemsOf(query).filter(isAsking)
  const more = query.hasNextPage
  const total = needs.length
  if (query.isPending || total === 0) return null
  const shown = all ? needs : firstOfEach(needs)
  const hidden = total - shown.length
  return (
    <Section
      title="Needs you"
      aside={
        <span className="numbers">
          {total === 1 && !more ? '1 thing' : `${total}${more ? ' or more' : ''} things`}
        </span>
      }
    >
      <ul className={styles.rows} aria-label="Needs you">
        {shown.map((item) => (
          <li key={item.id}>
            <InboxThread item={item} fresh={false} action={asking[item.reason]} />
          </li>
        ))}
      </ul>
      {(hidden > 0 || all) && (
        <p className={styles.rest}>
          {hidden > 0 ? (
            <Link to="/" search={{ needs: 'all' }} resetScroll={false}>
              and {hidden} more
            </Link>
          ) : (
            <Link to="/" search={{}} resetScroll={false}>
              Show fewer
            </Link>
          )}
          {all && more && (
            <span>
              The rest is in your <Link to="/inbox">inbox</Link>.
            </span>
          )}
        </p>
      )}
    </Section>
  )
}

/** What asks most first: reviews, then what failed or waits, then what is assigned; of each kind so many. */
function firstOfEach(needs: readonly InboxItem[]): InboxItem[] {
  const ranks = Object.keys(asking)
  const counts = new Map<string, number>()
  return needs
    .filter(({ kind }) => {
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      return count <= SHOWN
    })
    .sort((a, b) => ranks.indexOf(a.reason) - ranks.indexOf(b.reason))
}
