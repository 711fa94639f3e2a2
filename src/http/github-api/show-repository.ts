import { githubTime, type Showing, writeOut } from '../../mirror/retell.ts'
import { apart, guard } from '../../mirror/told.ts'
import type { ToldRepository } from '../../store/told-repositories.ts'

const ranks = ['pull', 'triage', 'push', 'maintain', 'admin'] as const

/**
 * The JSON of a repository as GitHub shows it to this person; null when not all of it was told yet. `alone`: as an
 * answer of its own, which tells more than lists do.
 */
export function showRepository(
  row: ToldRepository,
  { api, alone = false }: { api: string; alone?: boolean },
): string | null {
  if (row.told === null) return null
  const [main = '', rest] = row.told.split(apart)
  if (alone && rest === undefined) return null
  const [more = '', guarded = ''] = rest?.split(guard) ?? []
  const rank = ranks.indexOf(row.permission)
  const mayPush = rank >= ranks.indexOf('push')
  const shown = {
    ...columnsOf(row),
    permissions: Object.fromEntries(ranks.map((name, index) => [name, index <= rank])),
  }
  const parts = [main, ...(alone ? [more, ...(mayPush ? [guarded] : [])] : [])].filter((part) => part !== '')
  const showing: Showing = { api, fullName: row.full_name, whole: () => 'null', short: () => 'null' }
  return `{${[JSON.stringify(shown).slice(1, -1), writeOut(parts.join(','), showing)].join(',')}}`
}

function columnsOf(row: ToldRepository) {
  const open = row.open_issues + row.open_pull_requests
  const time = (at: number | null) => (at === null ? null : githubTime(new Date(at).toISOString()))
  return {
    id: row.id,
    name: row.name,
    full_name: row.full_name,
    private: row.private === 1,
    fork: row.fork === 1,
    archived: row.archived === 1,
    description: row.description,
    default_branch: row.default_branch,
    language: row.language,
    topics: JSON.parse(row.topics) as string[],
    stargazers_count: row.stargazers_count,
    watchers_count: row.stargazers_count,
    watchers: row.stargazers_count,
    forks_count: row.forks_count,
    forks: row.forks_count,
    open_issues_count: open,
    open_issues: open,
    visibility: row.visibility,
    is_template: row.is_template === 1,
    html_url: row.html_url,
    created_at: time(row.created_at),
    updated_at: time(row.updated_at),
    pushed_at: time(row.pushed_at),
  }
}

/** The fields of GitHub's short form, which some things show of their repository. */
const ofShortForm = new Set([
  ...['id', 'node_id', 'name', 'full_name', 'private', 'owner', 'html_url', 'description', 'fork', 'url'],
  ...[
    'forks_url',
    'keys_url',
    'collaborators_url',
    'teams_url',
    'hooks_url',
    'issue_events_url',
    'events_url',
  ],
  ...['assignees_url', 'branches_url', 'tags_url', 'blobs_url', 'git_tags_url', 'git_refs_url', 'trees_url'],
  ...['statuses_url', 'languages_url', 'stargazers_url', 'contributors_url', 'subscribers_url'],
  ...['subscription_url', 'commits_url', 'git_commits_url', 'comments_url', 'issue_comment_url'],
  ...['contents_url', 'compare_url', 'merges_url', 'archive_url', 'downloads_url', 'issues_url', 'pulls_url'],
  ...['milestones_url', 'notifications_url', 'labels_url', 'releases_url', 'deployments_url'],
])

/** How the things of a repository show it and its addresses; null while the repository itself was not told. */
export function showingOf(row: ToldRepository, api: string): Showing | null {
  if (row.told === null) return null
  let whole: string | undefined
  let short: string | undefined
  return {
    api,
    fullName: row.full_name,
    // Things show their repository without what the person may do in it.
    whole: () => (whole ??= JSON.stringify({ ...parsed(row, api), permissions: undefined })),
    short: () => (short ??= JSON.stringify(pickShort(parsed(row, api)))),
  }
}

const parsed = (row: ToldRepository, api: string) => JSON.parse(showRepository(row, { api })!) as object

const pickShort = (repository: object) =>
  Object.fromEntries(Object.entries(repository).filter(([name]) => ofShortForm.has(name)))
