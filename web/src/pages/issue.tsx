import { LinkExternalIcon } from '@primer/octicons-react'
import { LinkButton } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Navigate, useParams } from '@tanstack/react-router'
import { Conversation } from '../components/conversation.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { LabelPill } from '../components/label-pill.tsx'
import { Page, PageHeader, Property, WithPane } from '../components/page.tsx'
import { PageSkeleton } from '../components/page-skeleton.tsx'
import { Person } from '../components/person.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { issueLook, StatePill } from '../components/state-icon.tsx'
import { SubjectDeliveries } from '../components/subject-deliveries.tsx'
import { ApiError } from '../data/api-error.ts'
import { commentsQuery, issueQuery, pullRequestQuery } from '../data/queries.ts'
import { itemsOf } from '../data/use-needs.ts'

/** One issue: what was said, and its properties at the side. */
export function IssuePage() {
  const { owner, repo, number } = useParams({ from: '/app/repos/$owner/$repo/issues/$number' })
  const fullName = `${owner}/${repo}`
  const issue = useQuery(issueQuery(fullName, Number(number)))
  const comments = useInfiniteQuery(commentsQuery(fullName, Number(number)))
  // GitHub numbers both alike, and texts name either by its number.
  const missing = issue.error instanceof ApiError && issue.error.status === 404
  const pull = useQuery({ ...pullRequestQuery(fullName, Number(number)), enabled: missing })
  if (pull.data)
    return <Navigate to="/repos/$owner/$repo/pulls/$number" params={{ owner, repo, number }} replace />
  if (missing && pull.isPending) return <PageSkeleton />
  if (issue.isError) {
    return (
      <Page>
        <ErrorState error={issue.error} onRetry={() => void issue.refetch()} />
      </Page>
    )
  }
  if (!issue.data) return <PageSkeleton />
  const { title, user, created_at, body = null, labels, assignees, milestone, html_url } = issue.data
  return (
    <Page>
      <PageHeader
        title={
          <>
            {title} <span className="number">#{number}</span>
          </>
        }
        documentTitle={`${title} · Issue #${number} · ${fullName}`}
        facts={
          <>
            <StatePill look={issueLook(issue.data)} />
            <span>
              <strong>{user?.login ?? 'ghost'}</strong> opened this issue <RelativeTime at={created_at} />
            </span>
            <span>
              updated <RelativeTime at={issue.data.updated_at} />
            </span>
          </>
        }
        actions={
          <LinkButton href={html_url} target="_blank" rel="noreferrer" leadingVisual={LinkExternalIcon}>
            Open on GitHub
          </LinkButton>
        }
      />
      <WithPane
        pane={
          <>
            <Property name="Assignees">
              {assignees.length > 0
                ? assignees.map((person) => <Person key={person.login} person={person} size={20} />)
                : 'Nobody'}
            </Property>
            <Property name="Labels">
              {labels.length > 0
                ? labels.map((label) => <LabelPill key={label.name} label={label} />)
                : 'None'}
            </Property>
            <Property name="Milestone">{milestone ?? 'None'}</Property>
          </>
        }
      >
        <Conversation fullName={fullName} opening={{ user, created_at, body }} comments={itemsOf(comments)} />
        {comments.isError && <ErrorState error={comments.error} onRetry={() => void comments.refetch()} />}
        <SubjectDeliveries fullName={fullName} number={Number(number)} />
      </WithPane>
    </Page>
  )
}
