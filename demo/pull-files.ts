import type { GithubRows } from './emulate-rows.ts'
import { unifiedDiff } from './unified-diff.ts'
import { whereItLeft } from './where-it-left.ts'

/**
 * `GET /repos/{owner}/{repo}/pulls/{n}/files`: what the head changes since it left the base, from the trees; emulate
 * invents names. https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
 */
export function listPullFiles(rows: GithubRows, repoId: number, number: number): object[] | undefined {
  const pull = rows.pullRequests.findBy('repo_id', repoId).find((row) => row.number === number)
  if (!pull) return undefined
  const commit = (sha: string) => rows.commits.findBy('sha', sha).find((row) => row.repo_id === repoId)
  const before = filesOf(rows, repoId, commit(whereItLeft(rows, pull))?.tree_sha)
  const after = filesOf(rows, repoId, commit(pull.head_sha)?.tree_sha)
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((filename) => {
    const [old, now] = [before.get(filename), after.get(filename)]
    if (old === now) return []
    const text = (sha: string | undefined) =>
      sha === undefined
        ? null
        : (rows.blobs.findBy('sha', sha).find((row) => row.repo_id === repoId)?.content ?? '')
    const { patch, additions, deletions } = unifiedDiff(text(old), text(now))
    const status = old === undefined ? 'added' : now === undefined ? 'removed' : 'modified'
    return [
      { filename, status, sha: now ?? old, additions, deletions, changes: additions + deletions, patch },
    ]
  })
}

/** The ids of a tree's files, by path. */
function filesOf(
  rows: GithubRows,
  repoId: number,
  tree: string | undefined,
  under = '',
): Map<string, string> {
  const found = new Map<string, string>()
  const row = rows.trees.findBy('sha', tree ?? '').find((one) => one.repo_id === repoId)
  for (const entry of row?.tree ?? []) {
    const path = `${under}${entry.path}`
    if (entry.type === 'blob') found.set(path, entry.sha)
    else for (const [inner, sha] of filesOf(rows, repoId, entry.sha, `${path}/`)) found.set(inner, sha)
  }
  return found
}
