import type { GithubRows } from './emulate-rows.ts'
import type { HookPayload } from './hook-payloads.ts'

/**
 * Whether runs of a pull request wait until somebody lets them: those of a fork whose author may not push here.
 * https://docs.github.com/en/actions/how-tos/manage-workflow-runs/approve-runs-from-forks
 */
export function waitsForYes(rows: GithubRows, { repository, pull_request, sender }: HookPayload): boolean {
  const pull = rows.pullRequests
    .findBy('repo_id', repository.id)
    .find(({ number }) => number === pull_request?.number)
  if (!pull || pull.head_repo_id === repository.id) return false
  const author = rows.users.findOneBy('login', sender?.login ?? '')
  const right = rows.collaborators
    .findBy('repo_id', repository.id)
    .find(({ user_id }) => user_id === author?.id)?.permission
  return right === undefined || right === 'pull' || right === 'triage'
}
