import { GitCommitIcon } from '@primer/octicons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { PullRequest } from '../../../../contract/mirror.ts'
import { CommitRow } from '../../components/commit-row.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { pullRequestQuery } from '../../data/queries.ts'
import { pullCommitsQuery } from './queries.ts'

/** What a pull request consists of, the first commit first, with what checks say of each. */
export function PullCommitsTab() {
  const { owner, repo, number } = useParams({ from: '/app/repos/$owner/$repo/pulls/$number' })
  const fullName = `${owner}/${repo}`
  const pull = useQuery(pullRequestQuery(fullName, Number(number))).data
  return pull ? <Commits key={pull.head.sha} fullName={fullName} pull={pull} /> : <SkeletonRows />
}

function Commits({ fullName, pull }: { fullName: string; pull: PullRequest }) {
  const query = useInfiniteQuery(pullCommitsQuery(fullName, pull.number, pull.head.sha))
  return (
    <List
      label="Commits"
      query={query}
      identity={(commit) => commit.sha}
      row={(commit) => <CommitRow commit={commit} />}
      empty={
        <EmptyState icon={GitCommitIcon} title="No commits">
          The base has everything that the head has.
        </EmptyState>
      }
    />
  )
}
