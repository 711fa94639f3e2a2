import { CheckIcon, InboxIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { InboxItem } from '../../../contract/inbox.ts'
import { inboxQuery, isAsking, useChangeInbox } from '../data/inbox.ts'
import { itemsOf } from '../data/items-of.ts'
import { Keys } from '../keyboard/keys.tsx'
import { useShortcuts } from '../keyboard/use-shortcuts.ts'
import { reasons, threadPage } from './inbox-thread.tsx'
import styles from './inbox-walk.module.css'

/**
 * On the page of something that needs the person: why it does, that it is done, and the way to the next such thing, so
 * that one walks through the inbox without going back to it. Elsewhere: nothing.
 */
export function InboxWalk({
  kind,
  fullName,
  number,
}: {
  kind: InboxItem['kind']
  fullName: string
  number: number
}) {
  const items = itemsOf(useInfiniteQuery(inboxQuery('inbox')))
  const own = items.find(
    (item) => item.kind === kind && item.repository === fullName && item.number === number,
  )
  // What was reviewed or closed leaves the inbox by itself: the way on stays.
  const [wasThere, setWasThere] = useState(false)
  if (own && !wasThere) setWasThere(true)
  const others = items.filter((item) => item !== own)
  const next = others.find(isAsking) ?? others[0]
  const navigate = useNavigate()
  const change = useChangeInbox()
  const goOn = () =>
    void navigate(next ? (threadPage(next) as never) : { to: '/inbox', search: { place: 'inbox' } })
  const finish = () => {
    if (own) void change(own, { done: true })
    goOn()
  }
  useShortcuts(wasThere ? { 'inbox.done': finish, 'inbox.next': goOn } : {})
  if (!wasThere) return null
  return (
    <aside className={styles.walk} aria-label="Your inbox">
      <InboxIcon />
      <span className={styles.words}>
        {own
          ? `In your inbox: ${reasons[own.reason].word.toLowerCase()}`
          : 'Done: it is not in your inbox any more'}
      </span>
      {own && (
        <Button size="small" leadingVisual={CheckIcon} trailingVisual={<Keys way="e" />} onClick={finish}>
          Done
        </Button>
      )}
      <Button size="small" trailingVisual={<Keys way="n" />} onClick={goOn}>
        {next ? `Next: ${short(next.title)}` : 'Back to the inbox'}
      </Button>
    </aside>
  )
}

const short = (title: string) => (title.length > 40 ? `${title.slice(0, 39)}…` : title)
