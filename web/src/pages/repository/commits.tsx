import { GitCommitIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { CommitRow } from '../../components/commit-row.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
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
