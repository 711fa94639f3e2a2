import { CommentIcon } from '@primer/octicons-react'
import type { ReactNode } from 'react'
import type { Issue } from '../../../contract/mirror.ts'
import type { InRepository } from '../data/queries.ts'
import { useMe } from '../data/use-session.ts'
import { LabelPill } from './label-pill.tsx'
import { Avatar } from './person.tsx'
import { RelativeTime } from './relative-time.tsx'
import { Row } from './row.tsx'
import styles from './rows.module.css'
import { issueLook, StateIcon } from './state-icon.tsx'

/** One issue in a list; `repository` is said where lists go across them. */
export function IssueRow({
  issue,
  fullName,
  showRepository = false,
  action,
  fresh = false,
  select,
}: {
  issue: InRepository<Issue>
  fullName: string
  showRepository?: boolean
  action?: string
  fresh?: boolean
  /** Where it is picked, with others. */
  select?: ReactNode
}) {
  const login = useMe()?.login
  const [owner, repo] = fullName.split('/') as [string, string]
  return (
    <Row
      icon={
        <>
          {select}
          <StateIcon look={issueLook(issue)} />
        </>
      }
      title={issue.title}
      to="/repos/$owner/$repo/issues/$number"
      params={{ owner, repo, number: String(issue.number) }}
      labels={issue.labels.map((label) => <LabelPill key={label.name} label={label} />)}
      strong={issue.assignees.some((person) => person.login === login)}
      changed={issue.updated_at}
      action={action}
      fresh={fresh}
      meta={
        <>
          <span className="numbers">
            {showRepository ? `${fullName}#${issue.number}` : `#${issue.number}`}
          </span>
          <span>·</span>
          <span>
            opened <RelativeTime at={issue.created_at} /> by {issue.user?.login ?? 'ghost'}
          </span>
          {issue.milestone && <span>· {issue.milestone}</span>}
        </>
      }
      trailing={
        <>
          <People people={issue.assignees} word="Assigned to" />
          <Comments count={issue.comments} />
        </>
      }
    />
  )
}

/** Overlapping pictures of a few people. */
export function People({
  people,
  word,
}: {
  people: readonly { login: string; avatar_url: string | null }[]
  word: string
}) {
  if (people.length === 0) return null
  const names = `${word} ${people.map((person) => person.login).join(', ')}`
  return (
    <span className={styles.reviewers} title={names} role="img" aria-label={names}>
      {people.slice(0, 3).map((person) => (
        <Avatar key={person.login} person={person} size={20} />
      ))}
    </span>
  )
}

/** How many comments; nothing where there are none. */
export function Comments({ count }: { count: number }) {
  if (count === 0) return null
  const words = count === 1 ? '1 comment' : `${count} comments`
  return (
    <span className={styles.count} title={words} role="img" aria-label={words}>
      <CommentIcon size={14} /> {count}
    </span>
  )
}
