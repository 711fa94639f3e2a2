import type { GithubRows } from './emulate-rows.ts'

/** The text of a file as of a commit; undefined where there is none. */
export function fileAt(
  rows: GithubRows,
  { repoId, commitSha, path }: { repoId: number; commitSha: string | undefined; path: string },
): string | undefined {
  let sha = rows.commits.findBy('repo_id', repoId).find((row) => row.sha === commitSha)?.tree_sha
  for (const name of path.split('/')) {
    const tree = rows.trees.findBy('repo_id', repoId).find((row) => row.sha === sha)
    sha = tree?.tree.find((entry) => entry.path === name)?.sha
  }
  return rows.blobs.findBy('repo_id', repoId).find((row) => row.sha === sha)?.content
}

/** The text of a file on the default branch as it is now; undefined where there is none. */
export function fileOnDefaultBranch(rows: GithubRows, repoId: number, path: string): string | undefined {
  const repo = rows.repos.get(repoId)
  const head = rows.branches.findBy('repo_id', repoId).find((branch) => branch.name === repo?.default_branch)
  return fileAt(rows, { repoId, commitSha: head?.sha, path })
}
