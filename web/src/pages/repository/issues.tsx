import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { IssueList } from '../../components/issue-list.tsx'

/** The repository's issues. */
export function IssuesTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/issues' })
  const search = useSearch({ from: '/app/repos/$owner/$repo/issues' })
  const navigate = useNavigate({ from: '/repos/$owner/$repo/issues' })
  return (
    <IssueList
      scope={`${owner}/${repo}`}
      search={search}
      onSearch={(next) => void navigate({ search: next })}
    />
  )
}
