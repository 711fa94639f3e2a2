import { AlertIcon, InfoIcon, XCircleIcon } from '@primer/octicons-react'
import styles from './annotation-note.module.css'
import type { Annotated } from './rows.ts'

const levels = {
  failure: { icon: XCircleIcon, word: 'Error', tone: 'failure' },
  warning: { icon: AlertIcon, word: 'Warning', tone: 'warning' },
  notice: { icon: InfoIcon, word: 'Notice', tone: 'notice' },
} as const

/** What a check says about a line, below it. */
export function AnnotationNote({ annotation }: { annotation: Annotated }) {
  const { annotation_level, check, title, message, path, start_line, end_line } = annotation
  const { icon: Glyph, word, tone } = levels[annotation_level as keyof typeof levels] ?? levels.notice
  const place = end_line === start_line ? `line ${end_line}` : `lines ${start_line} to ${end_line}`
  return (
    <aside className={`${styles.note} ${styles[tone]}`} aria-label={`${word} on ${place} of ${path}`}>
      <span className={styles.icon}>
        <Glyph />
      </span>
      <div>
        <p className={styles.head}>
          <strong>{word}</strong> on {place} · {check}
          {title && title !== check && ` · ${title}`}
        </p>
        <p className={styles.message}>{message}</p>
      </div>
    </aside>
  )
}
