import { sideTold } from '../../mirror/issue.ts'
import type { Kind } from '../../mirror/kind.ts'
import { pullRequest } from '../../mirror/pull-request.ts'
import { githubTime, retell, type Showing } from '../../mirror/retell.ts'
import type { PullRequestRow } from '../../store/rows/mirror.ts'
import { reactionsOf } from './reactions.ts'

const kind: Kind<object> = pullRequest
const sideOfPull = { ...kind, name: 'side of pull', told: sideTold } as Kind<object>

/** What the row of a pull request tells of its side as an issue. */
type Side = Pick<
  PullRequestRow,
  | ('issue_id' | 'issue_told' | 'merged_at' | 'draft' | 'number' | 'comments' | 'reactions' | 'told')
  | 'updated_at'
>

interface Pull extends Record<string, unknown> {
  url: string
  html_url: string
  diff_url: string
  patch_url: string
}

const same = [
  ...['html_url', 'node_id', 'number', 'title', 'user', 'labels', 'state', 'locked', 'assignee', 'assignees'],
  ...['milestone', 'created_at', 'updated_at', 'closed_at', 'author_association', 'active_lock_reason'],
  ...['draft', 'body'],
]

/**
 * The JSON of a pull request as GitHub lists it among issues. Null while nothing told its id as an issue, which is
 * another than its own. https://docs.github.com/en/rest/issues/issues#list-repository-issues
 */
export function retellPullAsIssue(row: Side, showing: Showing): string | null {
  if (row.issue_id === null) return null
  // As GitHub told it, unless the pull request has changed since.
  const at = `"updated_at":"${githubTime(new Date(row.updated_at).toISOString())}"`
  if (row.issue_told?.replaceAll('.000Z"', 'Z"').includes(at)) {
    const side = retell(sideOfPull, { ...row, told: row.issue_told }, showing)
    return side && `{"id":${row.issue_id},${side.slice(1)}`
  }
  // The repository within is not shown.
  const text = retell(kind, row, { ...showing, whole: () => 'null', short: () => 'null' })
  if (text === null) return null
  const pull = JSON.parse(text) as Pull
  const repository = `${showing.api}/repos/${showing.fullName}`
  const url = `${repository}/issues/${row.number}`
  const merged = row.merged_at === null ? null : githubTime(new Date(row.merged_at).toISOString())
  return JSON.stringify({
    url,
    repository_url: repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    id: row.issue_id,
    ...Object.fromEntries(same.map((name) => [name, pull[name]])),
    comments: row.comments,
    pull_request: {
      url: pull.url,
      html_url: pull.html_url,
      diff_url: pull.diff_url,
      patch_url: pull.patch_url,
      merged_at: merged,
    },
    reactions: reactionsOf(url, row.reactions),
    timeline_url: `${url}/timeline`,
    state_reason: null,
  })
}
