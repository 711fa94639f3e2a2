import { CheckCircleIcon } from '@primer/octicons-react'
import type { ReviewComment, ReviewThread as ReviewThreadState } from '../../../contract/review-comments.ts'
import { LineThread } from '../acting/line-thread.tsx'
import type { Subject } from '../data/acts.ts'
import styles from './review-thread.module.css'

/** What was said on one line of a pull request, with the line; folded once it is resolved. */
export function ReviewThread({ subject, comments, resolved }: Thread & { subject: Subject }) {
  const first = comments[0]!
  const place = first.line ?? first.original_line
  return (
    <li className={styles.thread}>
      <details open={!resolved}>
        <summary className={styles.head}>
          <span className={styles.place}>
            <code>{first.path}</code>
            {place !== null && <span> line {place}</span>}
          </span>
          {first.line === null && place !== null && <span className={styles.word}>Outdated</span>}
          {resolved && (
            <span className={styles.word}>
              <CheckCircleIcon size={12} /> Resolved
            </span>
          )}
        </summary>
        <Hunk hunk={first.diff_hunk} />
        <LineThread subject={subject} comments={comments} />
      </details>
    </li>
  )
}

/** The line that is spoken of is the last; a few above it say where one is. */
const SHOWN = 4

function Hunk({ hunk }: { hunk: string }) {
  const lines = hunk.split('\n').filter((line) => !line.startsWith('@@'))
  const shown = lines.slice(-SHOWN)
  if (hunk === '') return null
  return (
    // The lines scroll sideways, also for somebody without a mouse.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className={styles.hunk} tabIndex={0} aria-label="The lines that are spoken of">
      <pre>
        {shown.map((line, index) => (
          // Lines are told apart by their place only.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <code key={index} className={`${styles.line} ${styles[toneOf(line)]}`}>
            {line || ' '}
          </code>
        ))}
      </pre>
    </section>
  )
}

const toneOf = (line: string) => (line[0] === '+' ? 'added' : line[0] === '-' ? 'removed' : 'same')

/** What belongs together. */
export interface Thread {
  /** The oldest first, of which there is one at least. */
  comments: readonly ReviewComment[]
  resolved: boolean
}

/** Comments by the one that their thread begins with, the oldest thread first. */
export function threadsOf(comments: readonly ReviewComment[], told: readonly ReviewThreadState[]): Thread[] {
  const threads = new Map<number, ReviewComment[]>()
  for (const comment of comments.toSorted((a, b) => a.id - b.id)) {
    const root = comment.in_reply_to_id ?? comment.id
    threads.set(root, [...(threads.get(root) ?? []), comment])
  }
  const resolved = new Set(told.flatMap((thread) => (thread.resolved ? [thread.id] : [])))
  return [...threads].map(([root, said]) => ({ comments: said, resolved: resolved.has(root) }))
}
