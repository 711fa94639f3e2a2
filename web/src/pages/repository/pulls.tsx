import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { PullRequestList } from '../../components/pull-request-list.tsx'

/** The repository's pull requests. */
export function PullRequestsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/pulls' })
  const search = useSearch({ from: '/app/repos/$owner/$repo/pulls' })
  const navigate = useNavigate({ from: '/repos/$owner/$repo/pulls' })
  return (
    <PullRequestList
      scope={`${owner}/${repo}`}
      search={search}
      onSearch={(next) => void navigate({ search: next })}
    />
  )
}
