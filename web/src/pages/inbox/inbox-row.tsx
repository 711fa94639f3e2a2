import { BellSlashIcon, CheckIcon, ClockIcon, InboxIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu, IconButton } from '@primer/react'
import type { InboxItem } from '../../../../contract/inbox.ts'
import { InboxThread } from '../../components/inbox-thread.tsx'
import styles from './inbox.module.css'
import type { Act } from './inbox.tsx'
import { laterToday, nextWeek, tomorrow } from './snooze-times.ts'

/** One thread of the inbox: why it is there, and what can be done with it. */
export function InboxRow({ item, fresh, onAct }: { item: InboxItem; fresh: boolean; onAct: Act }) {
  const { unread } = item
  const read = () => unread && onAct(item, { unread: false }, 'Read')
  return (
    // Opening it is looking at it; the link does the rest.
    // biome-ignore lint/a11y/useKeyWithClickEvents: enter on the link is a click
    // biome-ignore lint/a11y/noStaticElementInteractions: the link inside is what is used
    <div
      data-inbox={item.id}
      onClick={(event) => event.target instanceof Element && event.target.closest('[data-row]') && read()}
    >
      <InboxThread item={item} fresh={fresh} trailing={<Acts item={item} onAct={onAct} />} />
    </div>
  )
}

function Acts({ item, onAct }: { item: InboxItem; onAct: Act }) {
  const { title, place, muted } = item
  const isDone = place === 'done'
  const snooze = (until: string, when: string) =>
    onAct(item, { snoozed_until: until }, `Put off until ${when}`)
  return (
    <span className={styles.acts}>
      <IconButton
        icon={isDone ? InboxIcon : CheckIcon}
        size="small"
        variant="invisible"
        aria-label={isDone ? `Back to the inbox: ${title}` : `Done: ${title}`}
        onClick={() => onAct(item, { done: !isDone }, isDone ? 'Back in the inbox' : 'Done')}
      />
      <ActionMenu>
        <ActionMenu.Anchor>
          <IconButton icon={ClockIcon} size="small" variant="invisible" aria-label={`Put off: ${title}`} />
        </ActionMenu.Anchor>
        <ActionMenu.Overlay>
          <ActionList>
            <ActionList.Item onSelect={() => snooze(laterToday(), 'later today')}>
              In three hours
            </ActionList.Item>
            <ActionList.Item onSelect={() => snooze(tomorrow(), 'tomorrow')}>
              Tomorrow morning
            </ActionList.Item>
            <ActionList.Item onSelect={() => snooze(nextWeek(), 'next week')}>Next week</ActionList.Item>
            {place === 'snoozed' && (
              <ActionList.Item onSelect={() => onAct(item, { snoozed_until: null }, 'Back in the inbox')}>
                Now
              </ActionList.Item>
            )}
          </ActionList>
        </ActionMenu.Overlay>
      </ActionMenu>
      <IconButton
        icon={BellSlashIcon}
        size="small"
        variant="invisible"
        aria-label={muted ? `Hear of it again: ${title}` : `Mute: ${title}`}
        onClick={() => onAct(item, { muted: !muted }, muted ? 'Heard again' : 'Muted')}
      />
    </span>
  )
}
