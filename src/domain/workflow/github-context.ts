import type { RunIdentity } from '../../../contract/run.ts'
import { pick, pickText } from './pick.ts'

/** What expressions see as `github`, in GitHub's words. */
export interface GithubContext {
  event: unknown
  event_name: string
  actor: string
  actor_id: string
  /** Who started this attempt: somebody else, perhaps, than `actor`. */
  triggering_actor: string
  repository: string
  repository_id: string
  repository_owner: string
  repository_owner_id: string
  repositoryUrl: string
  ref: string
  ref_name: string
  /** Empty where there is no ref. */
  ref_type: 'branch' | 'tag' | ''
  head_ref: string
  base_ref: string
  sha: string
  workflow: string
  run_id: string
  run_number: string
  run_attempt: string
  server_url: string
  api_url: string
  graphql_url: string
}

/** Where the GitHub is that the hub works with. */
export interface GithubAddresses {
  server_url: string
  api_url: string
}

/** github.com. */
const publicGithub: GithubAddresses = {
  server_url: 'https://github.com',
  api_url: 'https://api.github.com',
}

/**
 * The `github` context of a run, from what the run is and the payload that started it ({} without one).
 * https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
 * For pull requests `sha` and `ref` are those of the head: the hub has no merge commit of its own.
 */
export function githubContext(
  run: RunIdentity,
  event: unknown,
  { server_url, api_url } = publicGithub,
): GithubContext {
  const { ref, sha } = place(run.event, event)
  const repository = run.repository ?? ''
  const actor = run.first_actor === undefined ? run.actor : run.first_actor
  return {
    event,
    event_name: run.event,
    actor: actor ?? '',
    actor_id: pickText(event, 'sender', 'login') === actor ? pickId(event, 'sender') : '',
    triggering_actor: run.actor ?? '',
    repository,
    repository_id: pickId(event, 'repository'),
    repository_owner: repository.split('/', 1)[0] ?? '',
    repository_owner_id: pickId(event, 'repository', 'owner'),
    repositoryUrl: repository && `${server_url.replace(/^https?:/, 'git:')}/${repository}.git`,
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : ref === '' ? '' : 'branch',
    head_ref: pickText(event, 'pull_request', 'head', 'ref') ?? '',
    base_ref: pickText(event, 'pull_request', 'base', 'ref') ?? '',
    sha,
    workflow: run.workflow_name,
    run_id: run.id,
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    server_url,
    api_url,
    graphql_url: `${api_url.replace(/\/v3$/, '')}/graphql`,
  }
}

function pickId(event: unknown, ...path: string[]): string {
  const id = pick(event, ...path, 'id')
  return typeof id === 'number' ? String(id) : ''
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
