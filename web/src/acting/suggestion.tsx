import { Button } from '@primer/react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ReviewComment } from '../../../contract/review-comments.ts'
import { linesOf, readSuggestions } from '../../../contract/suggestions.ts'
import { Prose } from '../components/prose.tsx'
import { type Subject, useRights, useWishes } from '../data/acts.ts'
import { pullRequestQuery } from '../data/queries.ts'
import styles from './suggestion.module.css'
import { type Picked, useApplySuggestions, useBatch } from './suggestion-batch.ts'

/** A comment on lines, in which other words for these lines are shown as what they would change, and can be taken. */
export function WithSuggestions({
  subject,
  body,
  comment,
  resolved,
}: {
  subject: Subject
  body: string
  comment: ReviewComment
  /** Whether the thread is settled: nobody is asked to take what was suggested there. */
  resolved: boolean
}) {
  let suggestions = 0
  return readSuggestions(body).map((part, at) =>
    part.kind === 'text' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <Prose key={at} text={part.text} fullName={subject.fullName} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <Suggestion key={at} before={linesOf(comment)} after={part.lines}>
        {!resolved && (
          <Taking
            subject={subject}
            isOutdated={comment.line === null || comment.side === 'LEFT'}
            one={{
              comment: comment.id,
              part: suggestions++,
              thread: comment.in_reply_to_id ?? comment.id,
            }}
          />
        )}
      </Suggestion>
    ),
  )
}

function Suggestion({
  before,
  after,
  children,
}: {
  before: readonly string[]
  after: readonly string[]
  children: ReactNode
}) {
  const line = (sign: '+' | '−', text: string, at: number) => (
    <code key={`${sign}${at}`} className={`${styles.line} ${sign === '+' ? styles.added : styles.removed}`}>
      {sign} {text}
    </code>
  )
  return (
    <figure className={styles.suggestion}>
      <figcaption className={styles.name}>Suggested change</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is too wide scrolls, also by keys */}
      <pre tabIndex={0}>
        {before.map((text, at) => line('−', text, at))}
        {after.map((text, at) => line('+', text, at))}
      </pre>
      {children}
    </figure>
  )
}

/** The buttons below a suggestion of an open pull request, for whoever may push to it. */
function Taking({ subject, one, isOutdated }: { subject: Subject; one: Picked; isOutdated: boolean }) {
  const pull = useQuery(pullRequestQuery(subject.fullName, subject.number)).data
  const { may } = useRights(subject.fullName)
  const { has, toggle } = useBatch(subject)
  const apply = useApplySuggestions(subject)
  const wishes = useWishes(subject).filter(({ name }) => name === 'suggestions.apply')
  if (pull?.state !== 'open' || !may('suggestions.apply', { author: pull.user?.login ?? null })) return null
  if (isOutdated) return <p className={styles.outdated}>Outdated: these lines are not there any more.</p>
  return (
    <div className={styles.acts}>
      <Button size="small" aria-pressed={has(one)} disabled={wishes.length > 0} onClick={() => toggle(one)}>
        {has(one) ? 'In the batch' : 'Add to batch'}
      </Button>
      <Button size="small" loading={wishes.length > 0} onClick={() => apply([one])}>
        Apply suggestion
      </Button>
    </div>
  )
}
