import { GitPullRequestIcon, type Icon, IssueOpenedIcon, PlayIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import type { ReactNode } from 'react'
import type { InboxItem, InboxReason } from '../../../contract/inbox.ts'
import styles from './inbox-thread.module.css'
import { RelativeTime } from './relative-time.tsx'
import { Row } from './row.tsx'

/** Why something needs a person, in words. */
export const reasons: Record<
  InboxReason,
  { word: string; variant: 'accent' | 'danger' | 'success' | 'secondary' }
> = {
  review_requested: { word: 'Review requested', variant: 'accent' },
  changes_requested: { word: 'Changes requested', variant: 'danger' },
  failed: { word: 'Failed', variant: 'danger' },
  approval: { word: 'Waits for approval', variant: 'accent' },
  assigned: { word: 'Assigned', variant: 'accent' },
  mentioned: { word: 'Mentioned', variant: 'accent' },
  approved: { word: 'Approved', variant: 'success' },
  reviewed: { word: 'Reviewed', variant: 'secondary' },
  replied: { word: 'Answered', variant: 'secondary' },
}
const icons: Record<InboxItem['kind'], Icon> = {
  issue: IssueOpenedIcon,
  pull_request: GitPullRequestIcon,
  actions_run: PlayIcon,
}
const pages = {
  issue: '/repos/$owner/$repo/issues/$number',
  pull_request: '/repos/$owner/$repo/pulls/$number',
  actions_run: '/repos/$owner/$repo/actions/runs/$id',
} as const

/** Where a thread is worked on: of what waits for a review its files. */
export function threadPage({ kind, number, repository, reason }: InboxItem) {
  const [owner = '', repo = ''] = repository.split('/')
  const isReview = kind === 'pull_request' && reason === 'review_requested'
  return {
    to: isReview ? (`${pages.pull_request}/files` as const) : pages[kind],
    params: { owner, repo, [kind === 'actions_run' ? 'id' : 'number']: String(number) },
  }
}

/** One thread that needs the person: what it is, why, and since when. */
export function InboxThread({
  item,
  fresh,
  action,
  trailing,
}: {
  item: InboxItem
  fresh: boolean
  /** What the person would do there. */
  action?: string | undefined
  trailing?: ReactNode
}) {
  const { kind, number, title, repository, reason, actor, at, unread, muted, place } = item
  const { to, params } = threadPage(item)
  const Glyph = icons[kind]
  const { word, variant } = reasons[reason]
  return (
    <Row
      icon={<Glyph className={unread ? styles.unread : styles.read} />}
      title={title}
      strong={unread}
      to={to}
      params={params}
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
      {...(action !== undefined && { action })}
      trailing={trailing}
    />
  )
}
