import {
  CommentDiscussionIcon,
  GitBranchIcon,
  GitCommitIcon,
  GitPullRequestIcon,
  IssueOpenedIcon,
  KeyAsteriskIcon,
  LinkExternalIcon,
  PeopleIcon,
  PlayIcon,
  RepoForkedIcon,
  RocketIcon,
  ShieldIcon,
  StarIcon,
  SyncIcon,
  TagIcon,
} from '@primer/octicons-react'
import { Button, Label, LinkButton } from '@primer/react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import { reaches } from '../../../../contract/acts.ts'
import type { Repository } from '../../../../contract/mirror.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { Page, PageHeader } from '../../components/page.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { SkeletonLine } from '../../components/skeleton.tsx'
import { readable } from '../../components/state-icon.tsx'
import { SyncState } from '../../components/sync-state.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { api } from '../../data/api.ts'
import { repositoryQuery } from '../../data/queries.ts'

/** One repository: its facts above, its sides as tabs. */
export function RepositoryPage() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo' })
  const fullName = `${owner}/${repo}`
  const repository = useQuery(repositoryQuery(fullName))
  const data = repository.data
  if (repository.isError && !data) {
    return (
      <Page>
        <ErrorState error={repository.error} onRetry={() => void repository.refetch()} />
      </Page>
    )
  }
  const params = { owner, repo }
  const base = '/repos/$owner/$repo'
  return (
    <Page>
      <PageHeader
        title={fullName}
        state={data && <Visibility repository={data} />}
        facts={data ? <Facts repository={data} /> : <SkeletonLine width="24rem" />}
        actions={data && <Actions repository={data} />}
      />
      <Tabs
        label="Repository"
        tabs={[
          { label: 'Commits', to: base, params, exact: true, icon: <GitCommitIcon /> },
          { label: 'Branches', to: `${base}/branches`, params, icon: <GitBranchIcon /> },
          {
            label: 'Pull requests',
            to: `${base}/pulls`,
            params,
            icon: <GitPullRequestIcon />,
            count: data?.open_pull_requests,
          },
          {
            label: 'Issues',
            to: `${base}/issues`,
            params,
            icon: <IssueOpenedIcon />,
            count: data?.open_issues,
          },
          { label: 'Actions', to: `${base}/actions`, params, icon: <PlayIcon /> },
          { label: 'Deployments', to: `${base}/deployments`, params, icon: <RocketIcon /> },
          { label: 'Releases', to: `${base}/releases`, params, icon: <TagIcon /> },
          { label: 'Discussions', to: `${base}/discussions`, params, icon: <CommentDiscussionIcon /> },
          { label: 'People', to: `${base}/people`, params, icon: <PeopleIcon /> },
          { label: 'Security', to: `${base}/security`, params, icon: <ShieldIcon /> },
          ...(reaches(data?.permission ?? 'pull', 'push')
            ? [{ label: 'Secrets', to: `${base}/secrets` as const, params, icon: <KeyAsteriskIcon /> }]
            : []),
        ]}
      />
      <Outlet />
    </Page>
  )
}

function Visibility({ repository }: { repository: Repository }) {
  return (
    <>
      <Label>{readable(repository.visibility)}</Label>
      {repository.is_template && <Label>Template</Label>}
      {repository.archived && <Label variant="attention">Archived</Label>}
    </>
  )
}

function Facts({ repository }: { repository: Repository }) {
  return (
    <>
      {repository.description && <span>{repository.description}</span>}
      {repository.homepage && (
        <a href={repository.homepage} target="_blank" rel="noreferrer">
          {repository.homepage.replace(/^https?:\/\//, '')}
        </a>
      )}
      {repository.language && <span>{repository.language}</span>}
      {repository.license && <span>{repository.license}</span>}
      <span title="Default branch">
        <GitBranchIcon size={14} /> {repository.default_branch}
      </span>
      <span className="numbers" title="Stars">
        <StarIcon size={14} /> {repository.stargazers_count.toLocaleString()}
      </span>
      <span className="numbers" title="Forks">
        <RepoForkedIcon size={14} /> {repository.forks_count.toLocaleString()}
      </span>
      {repository.pushed_at && (
        <span>
          pushed <RelativeTime at={repository.pushed_at} />
        </span>
      )}
      <SyncState repository={repository} />
    </>
  )
}

function Actions({ repository }: { repository: Repository }) {
  const resync = useMutation({
    mutationFn: () => api.post(`/repos/${repository.full_name}/sync`),
  })
  return (
    <>
      <Button
        leadingVisual={SyncIcon}
        onClick={() => resync.mutate()}
        loading={resync.isPending}
        aria-describedby={resync.isError ? 'resync-error' : undefined}
      >
        Sync now
      </Button>
      <LinkButton
        href={repository.html_url}
        target="_blank"
        rel="noreferrer"
        leadingVisual={LinkExternalIcon}
      >
        Open on GitHub
      </LinkButton>
      {resync.isError && (
        <span id="resync-error" role="alert">
          {resync.error.message}
        </span>
      )}
    </>
  )
}
