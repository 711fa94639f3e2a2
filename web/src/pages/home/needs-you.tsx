import { ActionsRunRow } from '../../components/actions-run-row.tsx'
import { IssueRow } from '../../components/issue-row.tsx'
import { Section } from '../../components/page.tsx'
import { PullRequestRow } from '../../components/pull-request-row.tsx'
import { useNeeds } from '../../data/use-needs.ts'
import styles from './home.module.css'

/** Of each kind, so many; the rest is one click away. */
const SHOWN = 4

/** What waits for the person: absent when nothing does. */
export function NeedsYou() {
  const { reviews, failing, assigned, loading } = useNeeds()
  const total = reviews.length + failing.length + assigned.length
  if (loading || total === 0) return null
  return (
    <Section
      title="Needs you"
      aside={<span className="numbers">{total === 1 ? '1 thing' : `${total} things`}</span>}
    >
      <ul className={styles.rows}>
        {reviews.slice(0, SHOWN).map((pull) => (
          <li key={`p${pull.id}`}>
            <PullRequestRow pull={pull} fullName={pull.repository ?? ''} showRepository action="Review" />
          </li>
        ))}
        {failing.slice(0, SHOWN).map((run) => (
          <li key={`r${run.id}`}>
            <ActionsRunRow run={run} fullName={run.repository ?? ''} showRepository action="See why" />
          </li>
        ))}
        {assigned.slice(0, SHOWN).map((issue) => (
          <li key={`i${issue.id}`}>
            <IssueRow issue={issue} fullName={issue.repository ?? ''} showRepository action="Answer" />
          </li>
        ))}
      </ul>
    </Section>
  )
}
