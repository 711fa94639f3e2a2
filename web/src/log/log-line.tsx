import { ChevronDownIcon, ChevronRightIcon } from '@primer/octicons-react'
import type { CSSProperties } from 'react'
import { readAnsi, type Span } from './ansi.ts'
import styles from './log.module.css'
import { type LogText, lineOf } from './log-text.ts'

/** One line: its number, which is a link to it, its time if wanted, and what it says. */
export function LogLine({
  log,
  line,
  number,
  href,
  folds,
  within,
  chosen,
  stamps,
  words,
  onFold,
  onChoose,
}: {
  log: LogText
  line: number
  number: number
  href: string
  /** It begins a group, which is open or not; null: it begins none. */
  folds: boolean | null
  within: boolean
  /** It is linked to, or the match that somebody stands at. */
  chosen: boolean
  stamps: boolean
  /** What was searched for. */
  words: string
  onFold: () => void
  onChoose: () => void
}) {
  const { at, text, mark } = lineOf(log, line)
  const spans = readAnsi(text)
  return (
    <div className={`${styles.line} ${styles[mark] ?? ''} ${chosen ? styles.chosen : ''}`} id={href.slice(1)}>
      <a
        className={styles.number}
        href={href}
        aria-label={`Line ${number}`}
        onClick={(event) => {
          event.preventDefault()
          onChoose()
        }}
      >
        {number}
      </a>
      <span className={`${styles.words} ${within ? styles.within : ''}`}>
        {stamps && <time className={styles.stamp}>{at}</time>}
        {folds !== null && (
          <button type="button" className={styles.fold} aria-expanded={folds} onClick={onFold}>
            {folds ? <ChevronDownIcon size={12} /> : <ChevronRightIcon size={12} />}
            <Spans spans={spans} words={words} />
          </button>
        )}
        {folds === null && named[mark] && <strong className={styles.mark}>{named[mark]}: </strong>}
        {folds === null && <Spans spans={spans} words={words} />}
      </span>
    </div>
  )
}

const named: Partial<Record<string, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' }

function Spans({ spans, words }: { spans: readonly Span[]; words: string }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: a line is drawn whole, its spans have no other name
  return spans.map((span, at) => <OneSpan key={at} span={span} words={words} />)
}

function OneSpan({ span, words }: { span: Span; words: string }) {
  const { colour, background, bold, dim, italic, underline } = span
  const look = [
    typeof colour === 'number' && styles[`fg${colour}`],
    typeof background === 'number' && styles[`bg${background}`],
    bold && styles.bold,
    dim && styles.dim,
    italic && styles.italic,
    underline && styles.underline,
  ].filter(Boolean)
  const own: CSSProperties = {
    ...(typeof colour === 'string' && { color: colour }),
    ...(typeof background === 'string' && { backgroundColor: background }),
  }
  const text = words ? marked(span.text, words) : span.text
  if (look.length === 0 && Object.keys(own).length === 0) return text
  return (
    <span className={look.join(' ')} style={own}>
      {text}
    </span>
  )
}

/** The text with what was searched for marked. */
function marked(text: string, words: string) {
  const parts = []
  const [whole, wanted] = [text.toLowerCase(), words.toLowerCase()]
  let from = 0
  for (let at = whole.indexOf(wanted); at !== -1; at = whole.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>)
    from = at + wanted.length
  }
  return parts.length === 0 ? text : [...parts, text.slice(from)]
}
