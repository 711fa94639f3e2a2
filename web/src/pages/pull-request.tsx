import { ArrowLeftIcon, LinkExternalIcon } from '@primer/octicons-react'
import { LinkButton } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Navigate, useParams } from '@tanstack/react-router'
import type { PullRequest, Review } from '../../../contract/mirror.ts'
import { BranchName } from '../components/branch-name.tsx'
import { ChecksPanel } from '../components/checks-panel.tsx'
import { Conversation } from '../components/conversation.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { LabelPill } from '../components/label-pill.tsx'
import { MergeState } from '../components/merge-state.tsx'
import { Page, PageHeader, Property, WithPane } from '../components/page.tsx'
import { PageSkeleton } from '../components/page-skeleton.tsx'
import { Person } from '../components/person.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { threadsOf } from '../components/review-thread.tsx'
import { pullRequestLook, StatePill } from '../components/state-icon.tsx'
import { SubjectDeliveries } from '../components/subject-deliveries.tsx'
import { ApiError } from '../data/api-error.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { commentsQuery, issueQuery, pullRequestQuery, reviewsQuery } from '../data/queries.ts'
import { itemsOf } from '../data/use-needs.ts'
import styles from './pull-request.module.css'

/** One pull request: what was said and reviewed, its checks, and its properties at the side. */
export function PullRequestPage() {
  const { owner, repo, number } = useParams({ from: '/app/repos/$owner/$repo/pulls/$number' })
  const fullName = `${owner}/${repo}`
  const pull = useQuery(pullRequestQuery(fullName, Number(number)))
  const comments = useInfiniteQuery(commentsQuery(fullName, Number(number)))
  const reviews = useInfiniteQuery(reviewsQuery(fullName, Number(number)))
  const said = { under: number, limit: 100 }
  const threads = threadsOf(
    itemsOf(useInfiniteQuery(plainQuery('review_comment', fullName, said))),
    itemsOf(useInfiniteQuery(plainQuery('review_thread', fullName, said))),
  )
  // GitHub numbers both alike, and texts name either by its number.
  const missing = pull.error instanceof ApiError && pull.error.status === 404
  const issue = useQuery({ ...issueQuery(fullName, Number(number)), enabled: missing })
  if (issue.data)
    return <Navigate to="/repos/$owner/$repo/issues/$number" params={{ owner, repo, number }} replace />
  if (missing && issue.isPending) return <PageSkeleton />
  if (pull.isError) {
    return (
      <Page>
        <ErrorState error={pull.error} onRetry={() => void pull.refetch()} />
      </Page>
    )
  }
  if (!pull.data) return <PageSkeleton />
  const { title, user, created_at, body = null, head, base, html_url } = pull.data
  return (
    <Page>
      <PageHeader
        title={
          <>
            {title} <span className="number">#{number}</span>
          </>
        }
        documentTitle={`${title} · Pull request #${number} · ${fullName}`}
        facts={
          <>
            <StatePill look={pullRequestLook(pull.data)} />
            <span>
              <strong>{user?.login ?? 'ghost'}</strong> wants to merge into <BranchName name={base.ref} />
              <ArrowLeftIcon size={12} /> <BranchName name={head.ref} />
            </span>
            <span>
              opened <RelativeTime at={created_at} />
            </span>
            {pull.data.merged_at && (
              <span>
                merged <RelativeTime at={pull.data.merged_at} />
              </span>
            )}
          </>
        }
        actions={
          <LinkButton href={html_url} target="_blank" rel="noreferrer" leadingVisual={LinkExternalIcon}>
            Open on GitHub
          </LinkButton>
        }
      />
      <WithPane pane={<Properties pull={pull.data} reviews={itemsOf(reviews)} />}>
        <Conversation
          subject={{ fullName, number: Number(number) }}
          opening={{ user, created_at, body }}
          comments={itemsOf(comments)}
          reviews={itemsOf(reviews)}
          threads={threads}
        />
        {comments.isError && <ErrorState error={comments.error} onRetry={() => void comments.refetch()} />}
        <ChecksPanel fullName={fullName} sha={head.sha} />
        <SubjectDeliveries fullName={fullName} number={Number(number)} />
      </WithPane>
    </Page>
  )
}

function Properties({ pull, reviews }: { pull: PullRequest; reviews: readonly Review[] }) {
  const verdicts = new Map(reviews.map((review) => [review.user?.login, review]))
  return (
    <>
      <Property name="Reviewers">
        {pull.requested_reviewers.map((person) => (
          <span key={person.login} className={styles.reviewer}>
            <Person person={person} size={20} /> <span>asked</span>
          </span>
        ))}
        {[...verdicts].map(([login, review]) => (
          <span key={login ?? review.id} className={styles.reviewer}>
            <Person person={review.user} size={20} />
            <span>{review.state.replace('_', ' ').toLowerCase()}</span>
          </span>
        ))}
        {pull.requested_teams.map((team) => (
          <span key={team} className={styles.reviewer}>
            <span>{team}</span> <span>asked</span>
          </span>
        ))}
        {pull.requested_reviewers.length + pull.requested_teams.length + verdicts.size === 0 && 'Nobody'}
      </Property>
      <Property name="Assignees">
        {pull.assignees.length > 0
          ? pull.assignees.map((person) => <Person key={person.login} person={person} size={20} />)
          : 'Nobody'}
      </Property>
      <Property name="Labels">
        {pull.labels.length > 0
          ? pull.labels.map((label) => <LabelPill key={label.name} label={label} />)
          : 'None'}
      </Property>
      <Property name="Milestone">{pull.milestone ?? 'None'}</Property>
      <Property name="Merge">
        <MergeState pull={pull} />
      </Property>
      {pull.changed_files > 0 && (
        <Property name="Changes">
          <span className="numbers">
            +{pull.additions} −{pull.deletions} in{' '}
            {pull.changed_files === 1 ? '1 file' : `${pull.changed_files} files`}
          </span>
        </Property>
      )}
      <Property name="Head commit">
        <code>{pull.head.sha.slice(0, 7)}</code>
      </Property>
    </>
  )
}
