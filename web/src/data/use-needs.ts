import { useInfiniteQuery } from '@tanstack/react-query'
import type { ActionsRun, Issue, PullRequest } from '../../../contract/mirror.ts'
import { actionsRunsQuery, type InRepository, issuesQuery, pullRequestsQuery } from './queries.ts'
import { useMe } from './use-session.ts'

export interface Needs {
  /** Open pull requests that ask for this person's review. */
  reviews: InRepository<PullRequest>[]
  /** The newest run of a workflow on a branch, where this person started it and it failed. */
  failing: InRepository<ActionsRun>[]
  /** Open issues that this person is assigned to. */
  assigned: InRepository<Issue>[]
  loading: boolean
  /** Older open things than the hundred that moved last were not looked at: there may be more. */
  more: boolean
}

/** The lists that Home and the sidebar are made of: the hundred that moved last. */
export const recentPulls = pullRequestsQuery(null, { state: 'open', sort: 'updated', limit: 100 })
export const recentIssues = issuesQuery(null, { state: 'open', sort: 'updated', limit: 100 })
export const recentRuns = actionsRunsQuery(null, { limit: 100 })

const FAILED = new Set(['failure', 'timed_out', 'startup_failure', 'action_required'])

/** What waits for the person who is signed in. */
export function useNeeds(): Needs {
  const login = useMe()?.login
  const pulls = useInfiniteQuery(recentPulls)
  const issues = useInfiniteQuery(recentIssues)
  const runs = useInfiniteQuery(recentRuns)
  return {
    reviews: itemsOf(pulls).filter(
      (pull) => pull.state === 'open' && pull.requested_reviewers.some((person) => person.login === login),
    ),
    failing: newestPerBranch(itemsOf(runs)).filter(
      (run) => run.actor?.login === login && FAILED.has(run.conclusion ?? ''),
    ),
    assigned: itemsOf(issues).filter(
      (issue) => issue.state === 'open' && issue.assignees.some((person) => person.login === login),
    ),
    loading: pulls.isPending || issues.isPending || runs.isPending,
    more: pulls.hasNextPage || issues.hasNextPage,
  }
}

/** All loaded items of an endless list. */
export function itemsOf<T>(query: { data?: { pages: { items: T[] }[] } }): T[] {
  return query.data?.pages.flatMap((page) => page.items) ?? []
}

/** Of each workflow on each branch only the newest run counts: a later success settles an earlier failure. */
function newestPerBranch(runs: InRepository<ActionsRun>[]): InRepository<ActionsRun>[] {
  const seen = new Set<string>()
  return runs.filter((run) => {
    const key = `${run.workflow_id} ${run.head_branch}`
    return !seen.has(key) && seen.add(key)
  })
}
