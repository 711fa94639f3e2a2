import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { AnswerBox } from '../../acting/answer-box.tsx'
import { BatchBar } from '../../acting/batch-bar.tsx'
import { MergeBox } from '../../acting/merge-box.tsx'
import { Reviewers } from '../../acting/reviewers.tsx'
import { Assignees, Labels, MilestoneOf } from '../../acting/subject-pane.tsx'
import { ChainPanel } from '../../components/chain-panel.tsx'
import { ChecksPanel } from '../../components/checks-panel.tsx'
import { Conversation } from '../../components/conversation.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { MergeState } from '../../components/merge-state.tsx'
import { Property, WithPane } from '../../components/page.tsx'
import { threadsOf } from '../../components/review-thread.tsx'
import { SubjectDeliveries } from '../../components/subject-deliveries.tsx'
import { useWishes, withWishes } from '../../data/acts.ts'
import { itemsOf } from '../../data/items-of.ts'
import { plainQuery } from '../../data/plain-queries.ts'
import { commentsQuery, pullRequestQuery, reviewsQuery } from '../../data/queries.ts'

/** What was said and reviewed, the checks, and the pull request's properties at the side. */
export function ConversationTab() {
  const { owner, repo, number } = useParams({ from: '/app/repos/$owner/$repo/pulls/$number' })
  const subject = { fullName: `${owner}/${repo}`, number: Number(number), isPull: true }
  const { data } = useQuery(pullRequestQuery(subject.fullName, subject.number))
  const comments = useInfiniteQuery(commentsQuery(subject.fullName, subject.number))
  const reviews = useInfiniteQuery(reviewsQuery(subject.fullName, subject.number))
  const said = { under: number, limit: 100 }
  const threads = threadsOf(
    itemsOf(useInfiniteQuery(plainQuery('review_comment', subject.fullName, said))),
    itemsOf(useInfiniteQuery(plainQuery('review_thread', subject.fullName, said))),
  )
  const events = itemsOf(useInfiniteQuery(plainQuery('timeline_event', subject.fullName, said)))
  const wishes = useWishes(subject)
  if (!data) return null
  const pull = withWishes(data, wishes)
  const { user, created_at, body = null, head } = pull
  return (
    <WithPane
      pane={
        <>
          <Reviewers subject={subject} pull={pull} reviews={itemsOf(reviews)} />
          <Assignees subject={subject} item={pull} />
          <Labels subject={subject} item={pull} />
          <MilestoneOf subject={subject} item={pull} />
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
            <code>{head.sha.slice(0, 7)}</code>
          </Property>
        </>
      }
    >
      <Conversation
        subject={subject}
        opening={{ user, created_at, body, reactions: pull.reactions }}
        comments={itemsOf(comments)}
        reviews={itemsOf(reviews)}
        threads={threads}
        events={events}
      />
      {comments.isError && <ErrorState error={comments.error} onRetry={() => void comments.refetch()} />}
      <BatchBar subject={subject} />
      <ChecksPanel fullName={subject.fullName} sha={head.sha} />
      <MergeBox subject={subject} pull={pull} />
      <AnswerBox key={number} subject={subject} item={pull} />
      <ChainPanel fullName={subject.fullName} number={subject.number} />
      <SubjectDeliveries fullName={subject.fullName} number={subject.number} />
    </WithPane>
  )
}
