import type { CommentRow, GithubRows } from './emulate-rows.ts'
import { fileAt } from './file-at.ts'

/** Lines above the one that is spoken of, as GitHub shows them. */
const context = 3

/**
 * What GitHub tells of the place of a review comment, and emulate leaves out: the lines that it is about, as part of a
 * difference, and that the line is not there any more once the head has another.
 */
export function placeOfComment(
  rows: GithubRows,
  { repo_id, pull_number, commit_sha, path, line }: CommentRow,
): { diff_hunk: string; line: number | null; original_line: number | null } {
  const original_line = line ?? null
  if (!line || !path || !commit_sha) return { diff_hunk: '', line: original_line, original_line }
  const linesAt = (commitSha: string | undefined) =>
    fileAt(rows, { repoId: repo_id, commitSha, path })?.split('\n')
  const lines = linesAt(commit_sha)
  const head = rows.pullRequests.findBy('repo_id', repo_id).find(({ number }) => number === pull_number)
  const isThere = !head || linesAt(head.head_sha)?.[line - 1] === lines?.[line - 1]
  return { diff_hunk: hunkOf(lines, line), line: isThere ? line : null, original_line }
}

function hunkOf(lines: readonly string[] | undefined, line: number): string {
  if (lines === undefined) return ''
  const first = Math.max(1, line - context)
  const shown = lines.slice(first - 1, line)
  return [`@@ -${first - 1},0 +${first},${shown.length} @@`, ...shown.map((one) => `+${one}`)].join('\n')
}
