import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page, PageHeader } from '../components/page.tsx'
import { PullRequestList } from '../components/pull-request-list.tsx'

/** Pull requests across repositories. */
export function PullRequestsPage() {
  const search = useSearch({ from: '/app/pulls' })
  const navigate = useNavigate({ from: '/pulls' })
  return (
    <Page>
      <PageHeader title="Pull requests" />
      <PullRequestList scope={null} search={search} onSearch={(next) => void navigate({ search: next })} />
    </Page>
  )
}
