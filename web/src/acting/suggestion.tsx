import type { ReviewComment } from '../../../contract/review-comments.ts'
import { Prose } from '../components/prose.tsx'
import { readSuggestions } from './read-suggestions.ts'
import styles from './suggestion.module.css'

/** A comment on lines, in which other words for these lines are shown as what they would change. */
export function WithSuggestions({
  body,
  comment,
  fullName,
}: {
  body: string
  comment: ReviewComment
  fullName: string
}) {
  return readSuggestions(body).map((part, at) =>
    part.kind === 'text' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <Prose key={at} text={part.text} fullName={fullName} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <Suggestion key={at} before={linesOf(comment)} after={part.lines} />
    ),
  )
}

function Suggestion({ before, after }: { before: readonly string[]; after: readonly string[] }) {
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
    </figure>
  )
}

/** The lines that a comment is about: the last of the part of the diff that it carries. */
function linesOf({ diff_hunk, line, start_line }: ReviewComment): string[] {
  const lines = diff_hunk.split('\n').filter((text) => !/^(@@|-|\\)/.test(text))
  const count = line !== null && start_line !== null ? line - start_line + 1 : 1
  return lines.slice(-count).map((text) => text.slice(1))
}
