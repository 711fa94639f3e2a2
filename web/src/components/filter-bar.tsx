import { FilterIcon } from '@primer/octicons-react'
import { SegmentedControl } from '@primer/react'
import type { SearchType } from '../../../contract/search/words.ts'
import { stateOf, usualFilter, withState } from '../data/filter-words.ts'
import { FilterChips } from './filter-chips.tsx'
import { SearchField } from './search-field.tsx'

const states = ['open', 'closed', 'all'] as const
const words = { open: 'Open', closed: 'Closed', all: 'All' }

/** What a list shows: its state by a click, everything in GitHub's search words. */
export function FilterBar({
  q,
  onSearch,
  label,
  type,
  repository,
  byState = false,
}: {
  /** As in the address; undefined: as the list is usually. */
  q: string | undefined
  onSearch: (q: string) => void
  label: string
  type: SearchType
  repository: string | null
  /** Whether its things are open or closed. */
  byState?: boolean
}) {
  const text = q ?? (byState ? usualFilter : '')
  const state = stateOf(text)
  return (
    <>
      {byState && (
        <SegmentedControl
          aria-label="State"
          size="small"
          onChange={(index) => onSearch(withState(text, states[index]!))}
        >
          {states.map((each) => (
            <SegmentedControl.Button key={each} selected={each === state}>
              {words[each]}
            </SegmentedControl.Button>
          ))}
        </SegmentedControl>
      )}
      <SearchField
        value={text}
        onSearch={onSearch}
        type={type}
        label={label}
        repository={repository}
        icon={FilterIcon}
        placeholder={byState ? 'is:open label:bug author:@me' : 'is:failure branch:main'}
      />
      <FilterChips q={text} onSearch={onSearch} />
    </>
  )
}
