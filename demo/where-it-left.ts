import type { GithubRows, PullRequestRow } from './emulate-rows.ts'

/**
 * The newest commit of a pull request's base that its head has too: what was pushed to the base since is no change of the
 * head. https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/about-comparing-branches-in-pull-requests#three-dot-and-two-dot-git-diff-comparisons
 */
export function whereItLeft(
  rows: Pick<GithubRows, 'commits'>,
  { repo_id, base_sha, head_sha }: Pick<PullRequestRow, 'repo_id' | 'base_sha' | 'head_sha'>,
): string {
  const parents = (sha: string) =>
    rows.commits.findBy('sha', sha).find((row) => row.repo_id === repo_id)?.parent_shas ?? []
  const ofBase = new Set([base_sha])
  for (const sha of ofBase) for (const parent of parents(sha)) ofBase.add(parent)
  const ofHead = new Set([head_sha])
  for (const sha of ofHead) {
    if (ofBase.has(sha)) return sha
    for (const parent of parents(sha)) ofHead.add(parent)
  }
  return base_sha
}
