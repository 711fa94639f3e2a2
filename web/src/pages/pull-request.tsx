import {
  ArrowLeftIcon,
  ChecklistIcon,
  CommentDiscussionIcon,
  FileDiffIcon,
  GitCommitIcon,
  LinkExternalIcon,
} from '@primer/octicons-react'
import { LinkButton } from '@primer/react'
import { useQuery } from '@tanstack/react-query'
import { Navigate, Outlet, useParams } from '@tanstack/react-router'
import { EditableTitle } from '../acting/editable-title.tsx'
import { IssueMenu } from '../acting/issue-menu.tsx'
import { BranchName } from '../components/branch-name.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { InboxWalk } from '../components/inbox-walk.tsx'
import { Page, PageHeader } from '../components/page.tsx'
import { PageSkeleton } from '../components/page-skeleton.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { pullRequestLook, StatePill } from '../components/state-icon.tsx'
import { Tabs } from '../components/tabs.tsx'
import { useWishes, withWishes } from '../data/acts.ts'
import { ApiError } from '../data/api-error.ts'
import { issueQuery, pullRequestQuery } from '../data/queries.ts'

const base = '/repos/$owner/$repo/pulls/$number'

/** One pull request: what it is, and its sides below. */
export function PullRequestPage() {
  const { owner, repo, number } = useParams({ from: '/app/repos/$owner/$repo/pulls/$number' })
  const fullName = `${owner}/${repo}`
  const pull = useQuery(pullRequestQuery(fullName, Number(number)))
  const subject = { fullName, number: Number(number), isPull: true }
  const wishes = useWishes(subject)
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
  const item = withWishes(pull.data, wishes)
  const { title, user, created_at, head, base: into, html_url } = item
  const params = { owner, repo, number }
  return (
    <Page>
      <InboxWalk
        key={`${fullName}#${number}`}
        kind="pull_request"
        fullName={fullName}
        number={Number(number)}
      />
      <PageHeader
        title={<EditableTitle subject={subject} item={item} />}
        documentTitle={`${title} · Pull request #${number} · ${fullName}`}
        facts={
          <>
            <StatePill look={pullRequestLook(item)} />
            <span>
              <strong>{user?.login ?? 'ghost'}</strong> wants to merge into <BranchName name={into.ref} />
              <ArrowLeftIcon size={12} /> <BranchName name={head.ref} />
            </span>
            <span>
              opened <RelativeTime at={created_at} />
            </span>
            {item.merged_at && (
              <span>
                merged <RelativeTime at={item.merged_at} />
              </span>
            )}
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
      <Tabs
        label="Pull request"
        tabs={[
          { label: 'Conversation', to: base, params, exact: true, icon: <CommentDiscussionIcon /> },
          { label: 'Commits', to: `${base}/commits`, params, icon: <GitCommitIcon /> },
          {
            label: 'Checks',
            to: `${base}/checks`,
            params,
            icon: <ChecklistIcon />,
            count: item.checks?.total,
          },
          { label: 'Files', to: `${base}/files`, params, icon: <FileDiffIcon /> },
        ]}
      />
      <Outlet />
    </Page>
  )
}
