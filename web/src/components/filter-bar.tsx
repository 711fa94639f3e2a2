import { FilterIcon } from '@primer/octicons-react'
import { SegmentedControl, TextInput } from '@primer/react'
import { useEffect, useState } from 'react'
import { readFilter, writeFilter } from '../data/filter-words.ts'
import type { StateSearch } from '../search.ts'
import styles from './filter-bar.module.css'

const states = ['open', 'closed', 'all'] as const

/** What a list of issues or pull requests shows: its state by a click, everything else in GitHub's search words. */
export function FilterBar({
  search,
  onChange,
  label,
  byLabel = false,
}: {
  search: StateSearch
  onChange: (search: StateSearch) => void
  label: string
  /** Whether the list can be narrowed by labels. */
  byLabel?: boolean
}) {
  const written = writeFilter(search)
  const [text, setText] = useState(written)
  const [unknown, setUnknown] = useState<string[]>([])
  useEffect(() => {
    setText(written)
    setUnknown([])
  }, [written])
  const state = search.state ?? 'open'

  return (
    <>
      <SegmentedControl
        aria-label="State"
        size="small"
        onChange={(index) => onChange({ ...search, state: states[index] })}
      >
        {states.map((each) => (
          <SegmentedControl.Button key={each} selected={each === state}>
            {each === 'open' ? 'Open' : each === 'closed' ? 'Closed' : 'All'}
          </SegmentedControl.Button>
        ))}
      </SegmentedControl>
      <form
        className={styles.words}
        onSubmit={(event) => {
          event.preventDefault()
          const filter = readFilter(text, byLabel)
          setUnknown(filter.unknown)
          if (filter.unknown.length === 0) onChange(filter.search)
        }}
      >
        <TextInput
          leadingVisual={FilterIcon}
          aria-label={label}
          aria-describedby={unknown.length > 0 ? 'filter-unknown' : undefined}
          placeholder={byLabel ? 'is:open label:bug sort:updated-desc' : 'is:open sort:updated-desc'}
          block
          size="small"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
          validationStatus={unknown.length > 0 ? 'error' : undefined}
        />
        {unknown.length > 0 && (
          <p id="filter-unknown" className={styles.unknown} role="alert">
            Not understood: {unknown.join(' ')}. Known words are is:open, is:closed, {byLabel && 'label:…, '}
            sort:created-asc, sort:updated-desc.
          </p>
        )}
      </form>
    </>
  )
}
