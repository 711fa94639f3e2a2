import { XIcon } from '@primer/octicons-react'
import { parseQuery } from '../../../contract/search/parse-query.ts'
import { loneFilters } from '../../../contract/search/query-tree.ts'
import { describeTerm, without } from '../data/filter-words.ts'
import styles from './filter-chips.module.css'

/** What a list is narrowed to, each a chip that a click takes away. */
export function FilterChips({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const filters = loneFilters(parseQuery(q))
  if (filters.length < 2) return null
  return (
    <ul className={styles.chips} aria-label="Filters">
      {filters.map((term) => (
        <li key={`${term.from}`}>
          <button
            type="button"
            className={styles.chip}
            aria-label={`Remove ${describeTerm(term)}`}
            onClick={() => onSearch(without(q, [term]))}
          >
            {describeTerm(term)} <XIcon size={12} />
          </button>
        </li>
      ))}
    </ul>
  )
}
