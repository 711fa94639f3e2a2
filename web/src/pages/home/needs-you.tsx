import { Link, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ActionsRunRow } from '../../components/actions-run-row.tsx'
import { IssueRow } from '../../components/issue-row.tsx'
import { Section } from '../../components/page.tsx'
import { PullRequestRow } from '../../components/pull-request-row.tsx'
import { type Needs, useNeeds } from '../../data/use-needs.ts'
import styles from './home.module.css'

/** Of each kind, so many; the rest is one click away. */
const SHOWN = 4

/** What waits for the person: absent when nothing does. */
export function NeedsYou() {
  const needs = useNeeds()
  const all = useSearch({ from: '/app/' }).needs === 'all'
  const { reviews, failing, assigned, loading, more } = needs
  const total = reviews.length + failing.length + assigned.length
  if (loading || total === 0) return null
  const rows = rowsOf(needs, all ? Number.POSITIVE_INFINITY : SHOWN)
  const hidden = total - rows.length
  return (
    <Section
      title="Needs you"
      aside={
        <span className="numbers">
          {total === 1 && !more ? '1 thing' : `${total}${more ? ' or more' : ''} things`}
        </span>
      }
    >
      <ul className={styles.rows} aria-label="Needs you">
        {rows}
      </ul>
      {(hidden > 0 || all) && (
        <p className={styles.rest}>
          {hidden > 0 && (
            <Link to="/" search={{ needs: 'all' }} resetScroll={false}>
              and {hidden} more
            </Link>
          )}
          {hidden === 0 && (
            <Link to="/" search={{}} resetScroll={false}>
              Show fewer
            </Link>
          )}
          {all && more && (
            <span>
              Among the hundred that moved last; look further in{' '}
              <Link to="/pulls" search={{ q: 'is:open sort:updated-desc' }}>
                pull requests
              </Link>{' '}
              and{' '}
              <Link to="/issues" search={{ q: 'is:open sort:updated-desc' }}>
                issues
              </Link>
              .
            </span>
          )}
        </p>
      )}
    </Section>
  )
}

/** The rows, at most so many of each kind. */
function rowsOf({ reviews, failing, assigned }: Needs, most: number): ReactNode[] {
  return [
    ...reviews.slice(0, most).map((pull) => (
      <li key={`p${pull.id}`}>
        <PullRequestRow pull={pull} fullName={pull.repository ?? ''} showRepository action="Review" />
      </li>
    )),
    ...failing.slice(0, most).map((run) => (
      <li key={`r${run.id}`}>
        <ActionsRunRow run={run} fullName={run.repository ?? ''} showRepository action="See why" />
      </li>
    )),
    ...assigned.slice(0, most).map((issue) => (
      <li key={`i${issue.id}`}>
        <IssueRow issue={issue} fullName={issue.repository ?? ''} showRepository action="Answer" />
      </li>
    )),
  ]
}
