import { useNavigate, useSearch } from '@tanstack/react-router'
import { ActionsRunList } from '../components/actions-run-list.tsx'
import { Page, PageHeader } from '../components/page.tsx'

/** GitHub Actions runs across repositories. */
export function ActionsPage() {
  const search = useSearch({ from: '/app/actions' })
  const navigate = useNavigate({ from: '/actions' })
  return (
    <Page>
      <PageHeader title="Actions" facts="Runs of GitHub Actions in every repository that you may read" />
      <ActionsRunList scope={null} search={search} onSearch={(next) => void navigate({ search: next })} />
    </Page>
  )
}
