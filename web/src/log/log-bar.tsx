import { ChevronDownIcon, ChevronUpIcon, ClockIcon, DownloadIcon, SearchIcon } from '@primer/octicons-react'
import { IconButton, TextInput } from '@primer/react'
import { useRef } from 'react'
import { saveFile } from '../data/save-file.ts'
import { useShortcuts } from '../keyboard/use-shortcuts.ts'
import styles from './log.module.css'
import type { LogText } from './log-text.ts'

/** Search within a log, its times, and the log as a file. */
export function LogBar({
  words,
  onSearch,
  count,
  match,
  onStep,
  stamps,
  onStamps,
  name,
  log,
}: {
  words: string
  onSearch: (words: string) => void
  count: number
  match: number
  onStep: (by: number) => void
  stamps: boolean
  onStamps: (stamps: boolean) => void
  name: string
  log: LogText
}) {
  const field = useRef<HTMLInputElement>(null)
  useShortcuts({
    'log.search': (event) => {
      event.preventDefault()
      field.current?.select()
    },
  })
  return (
    <div className={styles.bar}>
      <TextInput
        ref={field}
        className={styles.search}
        size="small"
        leadingVisual={SearchIcon}
        aria-label="Search the log"
        placeholder="Search the log"
        value={words}
        onChange={(event) => onSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault()
            onStep(event.shiftKey ? -1 : 1)
          }
          if (event.key === 'Escape') onSearch('')
        }}
      />
      <span className={styles.count} role="status">
        {words && (count === 0 ? 'No match' : `${match + 1} of ${count}`)}
      </span>
      <IconButton
        size="small"
        icon={ChevronUpIcon}
        aria-label="Match before"
        disabled={count === 0}
        onClick={() => onStep(-1)}
      />
      <IconButton
        size="small"
        icon={ChevronDownIcon}
        aria-label="Next match"
        disabled={count === 0}
        onClick={() => onStep(1)}
      />
      <IconButton
        size="small"
        icon={ClockIcon}
        aria-label="Show times"
        aria-pressed={stamps}
        onClick={() => onStamps(!stamps)}
      />
      <IconButton
        size="small"
        icon={DownloadIcon}
        aria-label="Download the log"
        onClick={() => saveFile(`${name}.txt`, new Blob([log.bytes as BlobPart], { type: 'text/plain' }))}
      />
    </div>
  )
}
