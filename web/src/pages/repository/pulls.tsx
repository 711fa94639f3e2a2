import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { LinkButton } from '../../components/link-button.tsx'
import { PullRequestList } from '../../components/pull-request-list.tsx'
import { useRights } from '../../data/acts.ts'
import styles from './issues.module.css'

/** The repository's pull requests. */
export function PullRequestsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/pulls' })
  const search = useSearch({ from: '/app/repos/$owner/$repo/pulls' })
  const navigate = useNavigate({ from: '/repos/$owner/$repo/pulls' })
  const { may } = useRights(`${owner}/${repo}`)
  return (
    <>
      {may('pull.open') && (
        <div className={styles.bar}>
          <LinkButton to="/repos/$owner/$repo/pulls/new" params={{ owner, repo }} variant="primary">
            Open pull request
          </LinkButton>
        </div>
      )}
      <PullRequestList
        scope={`${owner}/${repo}`}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
      />
    </>
  )
}
