import type { ReactNode } from 'react'
import type { PullRequest } from '../../../contract/mirror.ts'
import type { InRepository } from '../data/queries.ts'
import { useMe } from '../data/use-session.ts'
import { BranchName } from './branch-name.tsx'
import { CheckState } from './check-state.tsx'
import { Comments, People } from './issue-row.tsx'
import { LabelPill } from './label-pill.tsx'
import { RelativeTime } from './relative-time.tsx'
import { Row } from './row.tsx'
import styles from './rows.module.css'
import { pullRequestLook, StateIcon } from './state-icon.tsx'

/** One pull request in a list; `showRepository` where lists go across them. */
export function PullRequestRow({
  pull,
  fullName,
  showRepository = false,
  action,
  fresh = false,
  select,
}: {
  pull: InRepository<PullRequest>
  fullName: string
  showRepository?: boolean
  action?: string
  fresh?: boolean
  /** Where it is picked, with others. */
  select?: ReactNode
}) {
  const login = useMe()?.login
  const [owner, repo] = fullName.split('/') as [string, string]
  const asked = pull.state === 'open' && pull.requested_reviewers.some((person) => person.login === login)
  return (
    <Row
      icon={
        <>
          {select}
          <StateIcon look={pullRequestLook(pull)} />
        </>
      }
      title={pull.title}
      to="/repos/$owner/$repo/pulls/$number"
      params={{ owner, repo, number: String(pull.number) }}
      labels={
        <>
          <CheckState checks={pull.checks} sha={pull.head.sha} />
          {pull.labels.map((label) => (
            <LabelPill key={label.name} label={label} />
          ))}
        </>
      }
      strong={asked}
      changed={pull.updated_at}
      action={action}
      fresh={fresh}
      meta={
        <>
          <span className="numbers">{showRepository ? `${fullName}#${pull.number}` : `#${pull.number}`}</span>
          <span>·</span>
          <span>
            opened <RelativeTime at={pull.created_at} /> by {pull.user?.login ?? 'ghost'}
          </span>
          {asked && <span>· waits for your review</span>}
          <span className={styles.wideOnly}>
            <BranchName name={pull.head.ref} />
          </span>
        </>
      }
      trailing={
        <>
          <People people={pull.requested_reviewers} word="Review requested from" />
          <Comments count={pull.comments} />
        </>
      }
    />
  )
}
