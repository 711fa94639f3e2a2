import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { IssueList } from '../../components/issue-list.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { useRights } from '../../data/acts.ts'
import styles from './issues.module.css'

/** The repository's issues. */
export function IssuesTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/issues' })
  const search = useSearch({ from: '/app/repos/$owner/$repo/issues' })
  const navigate = useNavigate({ from: '/repos/$owner/$repo/issues' })
  const { may } = useRights(`${owner}/${repo}`)
  return (
    <>
      <div className={styles.bar}>
        <LinkButton to="/repos/$owner/$repo/labels" params={{ owner, repo }}>
          Labels
        </LinkButton>
        <LinkButton to="/repos/$owner/$repo/milestones" params={{ owner, repo }}>
          Milestones
        </LinkButton>
        {may('issue.open') && (
          <LinkButton to="/repos/$owner/$repo/issues/new" params={{ owner, repo }} variant="primary">
            New issue
          </LinkButton>
        )}
      </div>
      <IssueList
        scope={`${owner}/${repo}`}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
      />
    </>
  )
}
