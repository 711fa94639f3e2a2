import { useParams } from '@tanstack/react-router'
import { ActionsRunList } from '../../components/actions-run-list.tsx'

/** The repository's own GitHub Actions runs. */
export function ActionsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/actions' })
  return <ActionsRunList scope={`${owner}/${repo}`} />
}
