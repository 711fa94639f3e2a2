import {
  BellSlashIcon,
  CheckIcon,
  ClockIcon,
  GitPullRequestIcon,
  type Icon,
  InboxIcon,
  IssueOpenedIcon,
  XCircleFillIcon,
} from '@primer/octicons-react'
import { ActionList, ActionMenu, IconButton, Label } from '@primer/react'
import type { InboxItem, InboxReason } from '../../../../contract/inbox.ts'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Row } from '../../components/row.tsx'
import styles from './inbox.module.css'
import type { Act } from './inbox.tsx'
import { laterToday, nextWeek, tomorrow } from './snooze-times.ts'

const reasons: Record<InboxReason, { word: string; variant: 'accent' | 'danger' | 'success' | 'secondary' }> =
  {
    review_requested: { word: 'Review requested', variant: 'accent' },
    changes_requested: { word: 'Changes requested', variant: 'danger' },
    failed: { word: 'Failed', variant: 'danger' },
    assigned: { word: 'Assigned', variant: 'accent' },
    mentioned: { word: 'Mentioned', variant: 'accent' },
    approved: { word: 'Approved', variant: 'success' },
    reviewed: { word: 'Reviewed', variant: 'secondary' },
    replied: { word: 'Answered', variant: 'secondary' },
  }
const icons: Record<InboxItem['kind'], Icon> = {
  issue: IssueOpenedIcon,
  pull_request: GitPullRequestIcon,
  actions_run: XCircleFillIcon,
}
const pages = {
  issue: '/repos/$owner/$repo/issues/$number',
  pull_request: '/repos/$owner/$repo/pulls/$number',
  actions_run: '/repos/$owner/$repo/actions/runs/$id',
} as const

/** One thread of the inbox: why it is there, and what can be done with it. */
export function InboxRow({ item, fresh, onAct }: { item: InboxItem; fresh: boolean; onAct: Act }) {
  const { kind, number, title, repository, reason, actor, at, unread, muted, place } = item
  const [owner = '', repo = ''] = repository.split('/')
  const Glyph = icons[kind]
  const { word, variant } = reasons[reason]
  const read = () => unread && onAct(item, { unread: false }, 'Read')
  return (
    // Opening it is looking at it; the link does the rest.
    // biome-ignore lint/a11y/useKeyWithClickEvents: enter on the link is a click
    // biome-ignore lint/a11y/noStaticElementInteractions: the link inside is what is used
    <div
      data-inbox={item.id}
      onClick={(event) => event.target instanceof Element && event.target.closest('[data-row]') && read()}
    >
      <Row
        icon={<Glyph className={unread ? styles.unread : styles.read} />}
        title={title}
        strong={unread}
        to={pages[kind]}
        params={{ owner, repo, [kind === 'actions_run' ? 'id' : 'number']: String(number) }}
        labels={
          <>
            <Label variant={variant}>{word}</Label>
            {muted && <Label variant="secondary">Muted</Label>}
          </>
        }
        changed={at}
        fresh={fresh}
        meta={
          <>
            <span className="numbers">{kind === 'actions_run' ? repository : `${repository}#${number}`}</span>
            <span>·</span>
            <span>
              {actor && `${actor} `}
              <RelativeTime at={at} />
            </span>
            {item.snoozed_until && place === 'snoozed' && (
              <span>
                · back <RelativeTime at={item.snoozed_until} />
              </span>
            )}
          </>
        }
        trailing={<Acts item={item} onAct={onAct} />}
      />
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
