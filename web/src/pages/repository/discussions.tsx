import { CheckCircleIcon, CommentDiscussionIcon, LockIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { OutsideRow } from '../../components/row.tsx'
import { plainQuery } from '../../data/plain-queries.ts'

/** What is talked about in the repository, the newest first. */
export function DiscussionsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/discussions' })
  const discussions = useInfiniteQuery(plainQuery('discussion', `${owner}/${repo}`))
  return (
    <List
      label="Discussions"
      query={discussions}
      identity={(discussion) => discussion.id}
      row={({ title, html_url, number, category, user, created_at, ...more }, fresh) => (
        <OutsideRow
          icon={<CommentDiscussionIcon />}
          title={title}
          href={html_url}
          labels={
            <>
              <Label>{category}</Label>
              {more.answer_html_url && (
                <Label variant="success">
                  <CheckCircleIcon size={12} /> Answered
                </Label>
              )}
              {more.state === 'closed' && <Label>Closed</Label>}
              {more.locked && <LockIcon size={12} aria-label="Locked" />}
            </>
          }
          changed={more.updated_at}
          fresh={fresh}
          meta={
            <span>
              #{number} · opened <RelativeTime at={created_at} /> by {user?.login ?? 'ghost'}
            </span>
          }
          trailing={
            <span className="numbers">{more.comments === 1 ? '1 comment' : `${more.comments} comments`}</span>
          }
        />
      )}
      empty={
        <EmptyState icon={CommentDiscussionIcon} title="No discussions yet">
          GitHub tells of discussions as they go on: those that were active before this hub's webhook was
          there are not known.
        </EmptyState>
      }
    />
  )
}
