import { Button } from '@primer/react'
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { Prose } from '../components/prose.tsx'
import styles from './composer.module.css'

/** GitHub takes no longer texts. */
const LONGEST = 65_536

/** A text in Markdown, with a look at how it will be drawn. Ctrl and Enter send it. */
export function Composer({
  label,
  fullName,
  value,
  onChange,
  onSend,
  actions,
  autoFocus = false,
}: {
  label: string
  /** Where it is said: `#12` is of this repository. */
  fullName: string
  value: string
  onChange: (value: string) => void
  onSend: () => void
  /** The buttons below it. */
  actions: ReactNode
  autoFocus?: boolean
}) {
  const [preview, setPreview] = useState(false)
  const text = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onSend()
  }
  const show = (next: boolean) => {
    setPreview(next)
    if (!next) requestAnimationFrame(() => text.current?.focus())
  }
  return (
    <div className={styles.composer}>
      <fieldset className={styles.sides}>
        <legend className={styles.hidden}>{label}: write or preview</legend>
        <Button size="small" variant="invisible" aria-pressed={!preview} onClick={() => show(false)}>
          Write
        </Button>
        <Button size="small" variant="invisible" aria-pressed={preview} onClick={() => show(true)}>
          Preview
        </Button>
      </fieldset>
      <label htmlFor={id} className={styles.hidden}>
        {label}
      </label>
      {preview ? (
        <div className={styles.preview}>
          {value.trim() ? <Prose text={value} fullName={fullName} /> : 'Nothing to preview.'}
        </div>
      ) : (
        <textarea
          ref={text}
          id={id}
          className={styles.text}
          value={value}
          maxLength={LONGEST}
          placeholder="Markdown as on GitHub"
          rows={Math.min(20, Math.max(5, value.split('\n').length + 1))}
          // biome-ignore lint/a11y/noAutofocus: it opens where somebody asked to write
          autoFocus={autoFocus}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
        />
      )}
      <div className={styles.actions}>{actions}</div>
    </div>
  )
}
