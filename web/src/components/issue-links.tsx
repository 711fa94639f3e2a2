import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Issue } from '../../../contract/mirror.ts'
import { itemsOf } from '../data/items-of.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { issueQuery } from '../data/queries.ts'
import { ErrorState } from './error-state.tsx'
import styles from './linked-issues.module.css'
import { LinkedIssues } from './linked-issues.tsx'
import { Property, Section } from './page.tsx'

interface Of {
  fullName: string
  issue: Issue
}

/** The parts of an issue, and how far they are. */
export function SubIssues({ fullName, issue }: Of) {
  const { total, completed } = issue.sub_issues
  const under = issue.number
  const query = useInfiniteQuery({
    ...plainQuery('sub_issue', fullName, { under, limit: 100 }),
    enabled: total > 0,
  })
  if (total === 0) return null
  const parts = itemsOf(query).toSorted((a, b) => a.id - b.id)
  // What is closed tells its repository, and not the issue that it is a part of: the parts themselves know better.
  const isWhole = parts.length >= total
  const done = isWhole ? parts.filter(({ state }) => state === 'closed').length : completed
  const all = isWhole ? parts.length : total
  return (
    <Section
      title="Sub-issues"
      aside={
        <span className={styles.progress}>
          <progress max={all} value={done} aria-label="Sub-issues that are closed" />
          <span className="numbers">
            {done} of {all}
          </span>
        </span>
      }
    >
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {parts.length > 0 && (
        <div className={styles.parts}>
          <LinkedIssues label="Sub-issues" fullName={fullName} issues={parts} />
        </div>
      )}
    </Section>
  )
}

/** What an issue is a part of, waits for, and keeps waiting. */
export function Relationships({ fullName, issue }: Of) {
  const { blocked_by, blocking } = issue.dependencies
  return (
    <>
      {issue.parent !== '' && <Parent fullName={fullName} name={issue.parent} />}
      {blocked_by > 0 && <Dependencies fullName={fullName} issue={issue} direction="blocked_by" />}
      {blocking > 0 && <Dependencies fullName={fullName} issue={issue} direction="blocking" />}
    </>
  )
}

function Parent({ fullName, name }: { fullName: string; name: string }) {
  const [repository = '', number = ''] = name.split('#')
  const { data } = useQuery(issueQuery(repository, Number(number)))
  return (
    <Property name="Parent">
      {data ? <LinkedIssues label="Parent" fullName={fullName} issues={[{ ...data, repository }]} /> : name}
    </Property>
  )
}

const words = { blocked_by: 'Blocked by', blocking: 'Blocking' } as const

function Dependencies({ fullName, issue, direction }: Of & { direction: keyof typeof words }) {
  const under = `${issue.number}/${direction}`
  const query = useInfiniteQuery(plainQuery('issue_dependency', fullName, { under, limit: 100 }))
  const issues = itemsOf(query)
  const name = words[direction]
  return (
    <Property name={name}>
      {issues.length > 0 ? (
        <LinkedIssues label={name} fullName={fullName} issues={issues} />
      ) : (
        `${issue.dependencies[direction]} that you may not see`
      )}
    </Property>
  )
}
