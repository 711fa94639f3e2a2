import { GitCommitIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Commit } from '../../../../contract/mirror.ts'
import { CheckState } from '../../components/check-state.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { Avatar } from '../../components/person.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { OutsideRow } from '../../components/row.tsx'
import { commitsQuery } from '../../data/queries.ts'

/** Commits of the default branch, newest first. */
export function CommitsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/' })
  const query = useInfiniteQuery(commitsQuery(`${owner}/${repo}`))
  return (
    <List
      label="Commits"
      query={query}
      identity={(commit) => commit.sha}
      row={(commit, fresh) => <CommitRow commit={commit} fresh={fresh} />}
      empty={
        <EmptyState icon={GitCommitIcon} title="No commits yet">
          Commits of the default branch appear here with the first push.
        </EmptyState>
      }
    />
  )
}

function CommitRow({ commit, fresh }: { commit: Commit; fresh: boolean }) {
  const [title] = commit.message.split('\n')
  const author = commit.author.login ?? commit.author.name ?? 'unknown'
  return (
    <OutsideRow
      icon={<Avatar person={commit.author} size={20} />}
      title={title}
      labels={<CheckState checks={commit.checks} sha={commit.sha} />}
      href={commit.html_url}
      fresh={fresh}
      meta={
        <span>
          {author} committed <RelativeTime at={commit.committed_at} />
        </span>
      }
      trailing={<code>{commit.sha.slice(0, 7)}</code>}
    />
  )
}
