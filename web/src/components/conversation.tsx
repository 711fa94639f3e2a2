import type { Comment, Review } from '../../../contract/mirror.ts'
import type { TimelineEvent } from '../../../contract/timeline.ts'
import { ReviewEntry } from '../acting/review-entry.tsx'
import { type Opening, SaidComment, SaidOpening } from '../acting/said-comment.tsx'
import { type Subject, useWishes } from '../data/acts.ts'
import { useMe } from '../data/use-session.ts'
import styles from './conversation.module.css'
import { ReviewThread, type Thread } from './review-thread.tsx'
import { Said } from './said.tsx'
import { groupEvents, TimelineEntry } from './timeline-entry.tsx'

/** What was said on an issue or a pull request, oldest first, with what happened to it in between. */
export function Conversation({
  subject,
  opening,
  comments,
  reviews = [],
  threads = [],
  events = [],
}: {
  /** What it was said on. */
  subject: Subject
  opening: Opening
  comments: readonly Comment[]
  reviews?: readonly Review[]
  /** What was said on its lines. */
  threads?: readonly Thread[]
  /** What happened to it besides. */
  events?: readonly TimelineEvent[]
}) {
  const entries = [
    ...comments.map((comment) => ({
      at: comment.created_at,
      shown: <SaidComment key={`c${comment.id}`} subject={subject} comment={comment} />,
    })),
    ...reviews.map((review) => ({
      at: review.submitted_at,
      shown: <ReviewEntry key={`r${review.id}`} subject={subject} review={review} />,
    })),
    ...threads.map(({ comments: said, resolved }) => ({
      at: said[0]!.created_at,
      shown: (
        <ReviewThread
          // Once resolved it folds by itself.
          key={`t${said[0]!.id} ${resolved}`}
          subject={subject}
          comments={said}
          resolved={resolved}
        />
      ),
    })),
    ...groupEvents(events).map((group) => ({
      at: group[0]!.created_at,
      shown: <TimelineEntry key={group[0]!.name} events={group} />,
    })),
  ].sort((a, b) => a.at.localeCompare(b.at))
  return (
    <ol className={styles.conversation} aria-label="Conversation">
      <SaidOpening subject={subject} opening={opening} />
      {entries.map(({ shown }) => shown)}
      <Unsent subject={subject} comments={comments} />
    </ol>
  )
}

/** Comments on their way to GitHub; one that has come back already is among the others. */
function Unsent({ subject, comments }: { subject: Subject; comments: readonly Comment[] }) {
  const me = useMe()
  const wishes = useWishes(subject)
  if (!me) return null
  const isThere = (said: string, at: string) =>
    comments.some(
      ({ user, body, created_at }) =>
        user?.login === me.login && body === said && Date.parse(created_at) > Date.parse(at) - CLOCKS_MS,
    )
  return wishes.map(
    ({ key, said, at }) =>
      said !== undefined &&
      !isThere(said, at) && (
        <Said key={key} fullName={subject.fullName} user={me} at={at} word="comments" body={said} pending />
      ),
  )
}

/** Clocks differ between GitHub and here. */
const CLOCKS_MS = 60_000
