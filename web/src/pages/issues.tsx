import { useNavigate, useSearch } from '@tanstack/react-router'
import { IssueList } from '../components/issue-list.tsx'
import { Page, PageHeader } from '../components/page.tsx'

/** Issues across repositories. */
export function IssuesPage() {
  const search = useSearch({ from: '/app/issues' })
  const navigate = useNavigate({ from: '/issues' })
  return (
    <Page>
      <PageHeader title="Issues" />
      <IssueList scope={null} search={search} onSearch={(next) => void navigate({ search: next })} />
    </Page>
  )
}
