import { InboxIcon } from '@primer/octicons-react'
import { Button, SegmentedControl } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { type InboxItem, type InboxPlace, inboxPlaces } from '../../../../contract/inbox.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { List } from '../../components/list.tsx'
import { Page, PageHeader } from '../../components/page.tsx'
import { backTo, type InboxChange, inboxQuery, useChangeInbox } from '../../data/inbox.ts'
import { itemsOf } from '../../data/items-of.ts'
import { useShortcuts } from '../../keyboard/use-shortcuts.ts'
import styles from './inbox.module.css'
import { InboxRow } from './inbox-row.tsx'
import { tomorrow } from './snooze-times.ts'

const route = getRouteApi('/app/inbox')
const names: Record<InboxPlace, string> = { inbox: 'Inbox', snoozed: 'Snoozed', done: 'Done' }

const empty: Record<InboxPlace, { title: string; text: string }> = {
  inbox: {
    title: 'Nothing needs you',
    text: 'Requests for your review, mentions, assignments, answers, and runs of yours that fail come here as they happen.',
  },
  snoozed: { title: 'Nothing is put off', text: 'What you snooze waits here and comes back at its time.' },
  done: { title: 'Nothing is done yet', text: 'What you mark as done stays here and can be taken back.' },
}

/** What needs the person: looked at, done, put off, taken back. */
export function InboxPage() {
  const { place = 'inbox' } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(inboxQuery(place))
  const items = itemsOf(query)
  const { act, undo, last, error } = useActs()
  useKeys(items, { act, undo })

  return (
    <Page>
      <PageHeader title="Inbox" facts="What waits for you in every repository that you may read" />
      {error !== null && <ErrorState error={error} />}
      <List
        label="Inbox"
        query={query}
        identity={(item) => item.id}
        head={
          <SegmentedControl
            aria-label="Place"
            size="small"
            onChange={(index) => void navigate({ search: { place: inboxPlaces[index] } })}
          >
            {inboxPlaces.map((each) => (
              <SegmentedControl.Button key={each} selected={each === place}>
                {names[each]}
              </SegmentedControl.Button>
            ))}
          </SegmentedControl>
        }
        row={(item, fresh) => <InboxRow item={item} fresh={fresh} onAct={act} />}
        empty={
          <EmptyState icon={InboxIcon} title={empty[place].title}>
            {empty[place].text}
          </EmptyState>
        }
      />
      {last && (
        <div className={styles.undo} role="status">
          <span>
            {last.said}: {last.item.title}
          </span>
          <Button size="small" onClick={undo}>
            Undo
          </Button>
        </div>
      )}
    </Page>
  )
}

export type Act = (item: InboxItem, change: InboxChange, said: string) => void

/** Does something with a thread, and can take the last of it back. */
function useActs() {
  const change = useChangeInbox()
  const [last, setLast] = useState<{ item: InboxItem; said: string } | null>(null)
  const [error, setError] = useState<unknown>(null)
  const send = async (item: InboxItem, what: InboxChange) => {
    setError(null)
    await change(item, what).catch(setError)
  }
  const act: Act = (item, what, said) => {
    setLast({ item, said })
    void send(item, what)
  }
  const undo = () => {
    if (!last) return
    setLast(null)
    void send(last.item, backTo(last.item))
  }
  return { act, undo, last, error }
}

/** The keys of the row that has the focus; what leaves hands the focus on to the next row. */
function useKeys(items: readonly InboxItem[], { act, undo }: { act: Act; undo: () => void }): void {
  const onFocused =
    (what: (item: InboxItem) => void, leaves = true) =>
    () => {
      const row = document.activeElement?.closest<HTMLElement>('[data-inbox]')
      const item = items.find((each) => each.id === row?.dataset.inbox)
      if (!item) return
      if (leaves) focusNext(row)
      what(item)
    }
  useShortcuts({
    'inbox.done': onFocused((item) =>
      act(item, { done: item.place !== 'done' }, item.place === 'done' ? 'Back in the inbox' : 'Done'),
    ),
    'inbox.snooze': onFocused((item) => act(item, { snoozed_until: tomorrow() }, 'Put off until tomorrow')),
    'inbox.read': onFocused(
      (item) => act(item, { unread: !item.unread }, item.unread ? 'Read' : 'Unread'),
      false,
    ),
    'inbox.mute': onFocused((item) =>
      act(item, { muted: !item.muted }, item.muted ? 'Heard again' : 'Muted'),
    ),
    'inbox.undo': undo,
  })
}

function focusNext(row: HTMLElement | null | undefined): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-inbox]')]
  const at = rows.indexOf(row as HTMLElement)
  const next = rows[at + 1] ?? rows[at - 1]
  next?.querySelector<HTMLElement>('[data-row]')?.focus({ preventScroll: true })
}
