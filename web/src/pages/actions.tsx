import { ActionsRunList } from '../components/actions-run-list.tsx'
import { Page, PageHeader } from '../components/page.tsx'

/** GitHub Actions runs across repositories. */
export function ActionsPage() {
  return (
    <Page>
      <PageHeader title="Actions" facts="Runs of GitHub Actions in every repository that you may read" />
      <ActionsRunList scope={null} />
    </Page>
  )
}
