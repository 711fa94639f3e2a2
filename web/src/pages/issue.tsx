import { LinkExternalIcon, LockIcon, PinIcon } from '@primer/octicons-react'
import { Label, LinkButton } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Navigate, useParams } from '@tanstack/react-router'
import { AnswerBox } from '../acting/answer-box.tsx'
import { EditableTitle } from '../acting/editable-title.tsx'
import { IssueMenu } from '../acting/issue-menu.tsx'
import { Assignees, Labels, MilestoneOf } from '../acting/subject-pane.tsx'
import { ChainPanel } from '../components/chain-panel.tsx'
import { Conversation } from '../components/conversation.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { InboxWalk } from '../components/inbox-walk.tsx'
import { Relationships, SubIssues } from '../components/issue-links.tsx'
import { Page, PageHeader, WithPane } from '../components/page.tsx'
import { PageSkeleton } from '../components/page-skeleton.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { issueLook, StatePill } from '../components/state-icon.tsx'
import { SubjectDeliveries } from '../components/subject-deliveries.tsx'
import { useWishes, withWishes } from '../data/acts.ts'
import { ApiError } from '../data/api-error.ts'
import { itemsOf } from '../data/items-of.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { commentsQuery, issueQuery, pullRequestQuery } from '../data/queries.ts'

/** One issue: what was said, and its properties at the side. */
export function IssuePage() {
  const { owner, repo, number } = useParams({ from: '/app/repos/$owner/$repo/issues/$number' })
  const fullName = `${owner}/${repo}`
  const issue = useQuery(issueQuery(fullName, Number(number)))
  const comments = useInfiniteQuery(commentsQuery(fullName, Number(number)))
  const events = useInfiniteQuery(plainQuery('timeline_event', fullName, { under: number, limit: 100 }))
  const subject = { fullName, number: Number(number) }
  const wishes = useWishes(subject)
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
  const item = withWishes(issue.data, wishes)
  const { title, user, created_at, body = null, html_url } = item
  return (
    <Page>
      <InboxWalk key={`${fullName}#${number}`} kind="issue" fullName={fullName} number={Number(number)} />
      <PageHeader
        title={<EditableTitle subject={subject} item={item} />}
        documentTitle={`${title} · Issue #${number} · ${fullName}`}
        facts={
          <>
            <StatePill look={issueLook(item)} />
            {item.type && <Label>{item.type}</Label>}
            {item.pinned && (
              <span>
                <PinIcon size={14} /> pinned
              </span>
            )}
            {item.locked && (
              <span>
                <LockIcon size={14} /> locked
              </span>
            )}
            <span>
              <strong>{user?.login ?? 'ghost'}</strong> opened this issue <RelativeTime at={created_at} />
            </span>
            <span>
              updated <RelativeTime at={item.updated_at} />
            </span>
          </>
        }
        actions={
          <>
            <LinkButton href={html_url} target="_blank" rel="noreferrer" leadingVisual={LinkExternalIcon}>
              Open on GitHub
            </LinkButton>
            <IssueMenu subject={subject} item={item} />
          </>
        }
      />
      <WithPane
        pane={
          <>
            <Assignees subject={subject} item={item} />
            <Labels subject={subject} item={item} />
            <MilestoneOf subject={subject} item={item} />
            <Relationships fullName={fullName} issue={item} />
          </>
        }
      >
        <SubIssues fullName={fullName} issue={item} />
        <Conversation
          subject={subject}
          opening={{ user, created_at, body, reactions: item.reactions }}
          comments={itemsOf(comments)}
          events={itemsOf(events)}
        />
        {comments.isError && <ErrorState error={comments.error} onRetry={() => void comments.refetch()} />}
        <AnswerBox key={`${fullName}#${number}`} subject={subject} item={item} />
        <ChainPanel fullName={fullName} number={Number(number)} />
        <SubjectDeliveries fullName={fullName} number={Number(number)} />
      </WithPane>
    </Page>
  )
}
