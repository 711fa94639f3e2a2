import type { Checks } from '../../contract/checks.ts'
import { combineChecks, type Said, stateOfCheckRun, stateOfStatus } from '../domain/checks.ts'
import type { Db } from './store.ts'

interface Commit {
  repositoryId: number
  sha: string
}

/**
 * Adds to items how their commits stand, null where nothing is said of one. Whoever asks may read the items, and so
 * their checks.
 */
export async function withChecks<Item>(
  db: Db,
  items: readonly Item[],
  commitOf: (item: Item) => Commit,
): Promise<(Item & { checks: Checks | null })[]> {
  if (items.length === 0) return []
  const commits = items.map(commitOf)
  // Forks share commits: a few more rows than those that are asked for, each told apart below.
  const repositories = [...new Set(commits.map(({ repositoryId }) => repositoryId))]
  const shas = [...new Set(commits.map(({ sha }) => sha))]
  const [runs, statuses] = await Promise.all([
    db
      .selectFrom('check_runs')
      .select(['repository_id', 'head_sha', 'id', 'name', 'app', 'status', 'conclusion'])
      .where('repository_id', 'in', repositories)
      .where('head_sha', 'in', shas)
      .execute(),
    db
      .selectFrom('commit_statuses')
      .select(['repository_id', 'sha', 'id', 'context', 'state'])
      .where('repository_id', 'in', repositories)
      .where('sha', 'in', shas)
      .execute(),
  ])
  const said = new Map<string, Said[]>()
  const note = (commit: string, one: Said) => said.set(commit, [...(said.get(commit) ?? []), one])
  for (const run of runs) {
    const name = `${run.app}/${run.name}`
    note(`${run.repository_id} ${run.head_sha}`, { id: run.id, name, state: stateOfCheckRun(run) })
  }
  for (const { repository_id, sha, id, context, state } of statuses)
    note(`${repository_id} ${sha}`, { id, name: `status ${context}`, state: stateOfStatus(state) })
  return items.map((item, index) => {
    const { repositoryId, sha } = commits[index]!
    return { ...item, checks: combineChecks(sha, said.get(`${repositoryId} ${sha}`) ?? []) }
  })
}
