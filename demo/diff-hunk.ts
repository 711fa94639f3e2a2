import type { CommentRow, GithubRows } from './emulate-rows.ts'
import { fileAt } from './file-at.ts'

/** Lines above the one that is spoken of, as GitHub shows them. */
const context = 3

/** The lines that a review comment is about, as part of a difference: emulate leaves them out. */
export function diffHunkOf(rows: GithubRows, { repo_id, commit_sha, path, line }: CommentRow): string {
  if (!line || !path || !commit_sha) return ''
  const text = fileAt(rows, { repoId: repo_id, commitSha: commit_sha, path })
  if (text === undefined) return ''
  const first = Math.max(1, line - context)
  const shown = text.split('\n').slice(first - 1, line)
  return [`@@ -${first - 1},0 +${first},${shown.length} @@`, ...shown.map((one) => `+${one}`)].join('\n')
}
