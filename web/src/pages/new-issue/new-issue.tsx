import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Page, PageHeader } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { issueTemplatesQuery } from '../../issue-forms/queries.ts'
import { BLANK, ChooseTemplate } from './choose-template.tsx'
import { OpenIssue } from './open-issue.tsx'

const route = getRouteApi('/app/repos/$owner/$repo/issues/new')

/** Opens an issue on GitHub: from a template or a form of the repository, where it has some, or from nothing. */
export function NewIssuePage() {
  const { owner, repo } = route.useParams()
  const { template: asked } = route.useSearch()
  const fullName = `${owner}/${repo}`
  const found = useQuery(issueTemplatesQuery(fullName))
  const template =
    found.data?.templates.find(({ file, problem }) => file === asked && problem === null) ?? null
  const offers = found.data && found.data.templates.length + found.data.contact_links.length > 0
  const isOpen = template !== null || asked === BLANK || !offers
  return (
    <Page width="text">
      <PageHeader
        title={template ? template.name : 'New issue'}
        documentTitle={`New issue · ${fullName}`}
        facts={template?.about || `In ${fullName}`}
      />
      {found.isPending ? (
        <SkeletonRows rows={4} />
      ) : isOpen ? (
        <OpenIssue
          key={template?.file ?? ''}
          fullName={fullName}
          template={template}
          // Whoever may open issues can do so without templates, too.
          note={found.isError ? 'The templates of this repository could not be read.' : null}
        />
      ) : (
        <ChooseTemplate fullName={fullName} offered={found.data!} />
      )}
    </Page>
  )
}
