import { CheckIcon, EyeIcon, FileDiffIcon, type Icon, XIcon } from '@primer/octicons-react'
import type { ReactNode } from 'react'
import type { Comment, Review } from '../../../contract/mirror.ts'
import styles from './conversation.module.css'
import { Avatar } from './person.tsx'
import { Prose } from './prose.tsx'
import { RelativeTime } from './relative-time.tsx'
import { useGlow } from './use-glow.ts'

type Author = { login: string; avatar_url: string | null } | null

/** What was said on an issue or a pull request, oldest first: the description, comments and reviews. */
export function Conversation({
  fullName,
  opening,
  comments,
  reviews = [],
}: {
  /** `owner/name` of where it was said. */
  fullName: string
  opening: { user: Author; created_at: string; body: string | null }
  comments: readonly Comment[]
  reviews?: readonly Review[]
}) {
  const entries = [
    ...comments.map((comment) => ({ at: comment.created_at, key: `c${comment.id}`, comment, review: null })),
    ...reviews.map((review) => ({ at: review.submitted_at, key: `r${review.id}`, comment: null, review })),
  ].sort((a, b) => a.at.localeCompare(b.at))
  return (
    <ol className={styles.conversation} aria-label="Conversation">
      <Said
        fullName={fullName}
        user={opening.user}
        at={opening.created_at}
        word="opened this"
        body={opening.body}
      />
      {entries.map(({ key, comment, review }) =>
        comment ? (
          <Said
            key={key}
            fullName={fullName}
            user={comment.user}
            at={comment.created_at}
            word="commented"
            body={comment.body}
            changed={comment.updated_at}
          />
        ) : (
          <ReviewEntry key={key} fullName={fullName} review={review!} />
        ),
      )}
    </ol>
  )
}

function Said({
  fullName,
  user,
  at,
  word,
  body,
  changed,
}: {
  fullName: string
  user: Author
  at: string
  word: ReactNode
  body: string | null
  changed?: string
}) {
  const shown = user ?? { login: 'ghost', avatar_url: null }
  const box = useGlow<HTMLDivElement>(changed)
  return (
    <li className={styles.entry}>
      <span className={styles.avatar}>
        <Avatar person={shown} size={32} />
      </span>
      <div className={styles.box}>
        <div className={styles.head}>
          <strong>{shown.login}</strong> {word} <RelativeTime at={at} />
        </div>
        <div className={styles.body} ref={box}>
          <Prose text={body} fullName={fullName} />
        </div>
      </div>
    </li>
  )
}

const verdicts: Record<string, { icon: Icon; tone: string; words: string }> = {
  APPROVED: { icon: CheckIcon, tone: 'approved', words: 'approved these changes' },
  CHANGES_REQUESTED: { icon: FileDiffIcon, tone: 'requested', words: 'requested changes' },
  DISMISSED: { icon: XIcon, tone: 'commented', words: 'had a review dismissed' },
}

function ReviewEntry({ fullName, review }: { fullName: string; review: Review }) {
  const verdict = verdicts[review.state] ?? { icon: EyeIcon, tone: 'commented', words: 'reviewed' }
  const Glyph = verdict.icon
  if (review.body) {
    const word = (
      <>
        <span className={`${styles.badge} ${styles[verdict.tone]}`}>
          <Glyph size={12} />
        </span>{' '}
        {verdict.words}
      </>
    )
    return (
      <Said fullName={fullName} user={review.user} at={review.submitted_at} word={word} body={review.body} />
    )
  }
  return (
    <li className={styles.event}>
      <span className={`${styles.badge} ${styles[verdict.tone]}`}>
        <Glyph size={12} />
      </span>
      <span>
        <strong>{review.user?.login ?? 'ghost'}</strong> {verdict.words}{' '}
        <RelativeTime at={review.submitted_at} />
      </span>
    </li>
  )
}
