import type { RunIdentity } from '../../../contract/run.ts'
import { pick, pickText } from './pick.ts'

/** What expressions see as `github`, in GitHub's words. */
export interface GithubContext {
  event: unknown
  event_name: string
  actor: string
  repository: string
  repository_owner: string
  ref: string
  ref_name: string
  head_ref: string
  base_ref: string
  sha: string
  workflow: string
  run_id: string
  run_number: number
  run_attempt: number
}

/**
 * The `github` context of a run, from what the run is and the payload that started it ({} without one).
 * https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
 * For pull requests `sha` and `ref` are those of the head: the hub has no merge commit of its own.
 */
export function githubContext(run: RunIdentity, event: unknown): GithubContext {
  const { ref, sha } = place(run.event, event)
  const repository = run.repository ?? ''
  return {
    event,
    event_name: run.event,
    actor: run.actor ?? '',
    repository,
    repository_owner: repository.split('/', 1)[0] ?? '',
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    head_ref: pickText(event, 'pull_request', 'head', 'ref') ?? '',
    base_ref: pickText(event, 'pull_request', 'base', 'ref') ?? '',
    sha,
    workflow: run.workflow_name,
    run_id: run.id,
    run_number: run.number,
    run_attempt: run.attempt,
  }
}

/**
 * The name of a run that has no `run-name`: what the event is about, as GitHub shows it, else the workflow's.
 */
export function defaultRunName(workflowName: string, event: unknown): string {
  const title =
    pickText(event, 'pull_request', 'title') ??
    pickText(event, 'issue', 'title') ??
    pickText(event, 'head_commit', 'message') ??
    pickText(event, 'release', 'name')
  return title?.split('\n', 1)[0]?.trim().slice(0, 200) || workflowName
}

function place(eventName: string, event: unknown): { ref: string; sha: string } {
  if (eventName === 'push') {
    return { ref: pickText(event, 'ref') ?? '', sha: pickText(event, 'after') ?? '' }
  }
  const number = pick(event, 'pull_request', 'number')
  if (typeof number === 'number') {
    return { ref: `refs/pull/${number}/head`, sha: pickText(event, 'pull_request', 'head', 'sha') ?? '' }
  }
  const branch = pickText(event, 'repository', 'default_branch')
  const sha = pickText(event, eventName, 'head_sha') ?? pickText(event, 'sha') ?? ''
  return { ref: branch ? `refs/heads/${branch}` : '', sha }
}
