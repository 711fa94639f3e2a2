import { Button } from '@primer/react'
import type { QueryProblem } from '../../../contract/search/query-tree.ts'
import styles from './search-field.module.css'

/** What of a query was not understood: the piece itself, what is said of it, and what was probably meant. */
export function SearchProblems({
  id,
  q,
  problems,
  onSearch,
}: {
  id: string
  q: string
  problems: readonly QueryProblem[]
  onSearch: (q: string) => void
}) {
  return (
    <ul id={id} className={styles.problems} role="alert">
      {problems.map(({ from, to, message, instead }) => (
        <li key={`${from} ${message}`} className={styles.problem}>
          <code className={styles.piece}>{q.slice(from, to)}</code>
          <span>{message}</span>
          {instead !== undefined && (
            <Button
              size="small"
              variant="invisible"
              onClick={() => onSearch(q.slice(0, from) + instead + q.slice(to))}
            >
              Search for {instead}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
