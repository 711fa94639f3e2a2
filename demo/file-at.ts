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
