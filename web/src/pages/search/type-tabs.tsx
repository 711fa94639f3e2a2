import type { SearchCounts } from '../../../../contract/search/answers.ts'
import type { SearchType } from '../../../../contract/search/words.ts'
import styles from './search.module.css'

const typeNames: Record<SearchType, string> = {
  repositories: 'Repositories',
  issues: 'Issues',
  pulls: 'Pull requests',
  comments: 'Comments',
  commits: 'Commits',
  actions_runs: 'Actions runs',
  workflows: 'Workflows',
  people: 'People',
}

/** What was found of each type; a click shows it. */
export function TypeTabs({
  types,
  chosen,
  counts,
  onChoose,
}: {
  types: readonly SearchType[]
  chosen: SearchType
  counts: SearchCounts['counts'] | undefined
  onChoose: (type: SearchType) => void
}) {
  return (
    <nav aria-label="Types" className={styles.types}>
      <ul>
        {types.map((type) => {
          const found = counts?.find((each) => each.type === type)
          return (
            <li key={type}>
              <button
                type="button"
                className={styles.type}
                aria-current={type === chosen ? 'true' : undefined}
                onClick={() => onChoose(type)}
              >
                {typeNames[type]}
                {found && (
                  <span className={styles.count}>
                    {found.count.toLocaleString()}
                    {found.more && '+'}
                  </span>
                )}
              </button>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
