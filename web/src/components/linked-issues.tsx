import { Link } from '@tanstack/react-router'
import type { LinkedIssue } from '../../../contract/linked-issues.ts'
import styles from './linked-issues.module.css'
import { issueLook, StateIcon } from './state-icon.tsx'

/** Issues that one leads to, each with its state. `fullName`: whose names need not be said. */
export function LinkedIssues({
  label,
  fullName,
  issues,
}: {
  label: string
  fullName: string
  issues: readonly LinkedIssue[]
}) {
  return (
    <ul className={styles.list} aria-label={label}>
      {issues.map((issue) => {
        const [owner = '', repo = ''] = issue.repository.split('/')
        const number = String(issue.number)
        return (
          <li key={issue.id} className={styles.issue}>
            <StateIcon look={issueLook(issue)} />
            <Link to="/repos/$owner/$repo/issues/$number" params={{ owner, repo, number }}>
              {issue.title}{' '}
              <span className={styles.number}>
                {issue.repository === fullName ? '' : issue.repository}#{number}
              </span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
