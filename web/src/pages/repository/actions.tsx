import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { DispatchWorkflow } from '../../acting/dispatch-workflow.tsx'
import { ActionsRunList } from '../../components/actions-run-list.tsx'

/** The repository's own GitHub Actions runs. */
export function ActionsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/actions' })
  const search = useSearch({ from: '/app/repos/$owner/$repo/actions' })
  const navigate = useNavigate({ from: '/repos/$owner/$repo/actions' })
  return (
    <ActionsRunList
      aside={<DispatchWorkflow fullName={`${owner}/${repo}`} />}
      scope={`${owner}/${repo}`}
      search={search}
      onSearch={(next) => void navigate({ search: next })}
    />
  )
}
