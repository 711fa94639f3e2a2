import type { GithubRows, IssueRow, RepositoryRow, Rows } from './emulate-rows.ts'

type Json = Record<string, unknown>
type Stored<T> = NonNullable<ReturnType<Rows<T>['get']>>
type Repo = Stored<RepositoryRow>
type Issue = Stored<IssueRow>

interface Looked {
  below: string
  origin: string
  /** Of who looks. */
  right: string
}

const roles = { pull: 'read', triage: 'triage', push: 'write', maintain: 'maintain', admin: 'admin' } as const

/**
 * Lists of a repository that the hub asks for when somebody looks, and that emulate has not: who works there, what
 * happened to an issue, its parts and what it waits for, and alerts. What no row tells is made of those that are there,
 * always the same. Undefined: it is none of these.
 */
export function listLookedAt(rows: GithubRows, repo: Repo, looked: Looked): Json[] | undefined {
  const { below } = looked
  // Pages and pictures are at another name than the API.
  const origin = looked.origin.replace('127.0.0.1', 'localhost')
  if (below === 'collaborators') return collaboratorsOf(rows, repo, origin)
  if (below === 'teams') return teamsOf(rows, origin)
  if (/^(dependabot|code-scanning|secret-scanning)\/alerts$/.test(below)) return alertsOf(repo, looked)
  const [, number, list] = /^issues\/(\d+)\/(timeline|sub_issues|dependencies\/\w+)$/.exec(below) ?? []
  const issue = rows.issues.findBy('repo_id', repo.id).find((row) => row.number === Number(number))
  if (!issue || !list) return undefined
  if (list === 'timeline') return timelineOf(rows, issue, origin)
  if (list === 'sub_issues') {
    return partsOf(rows, issue).map((part) => ({
      ...{ id: part.id, number: part.number, title: part.title, state: part.state },
      ...{ state_reason: part.state_reason, updated_at: part.updated_at },
      html_url: `${origin}/${repo.full_name}/issues/${part.number}`,
      repository_url: `${looked.origin}/repos/${repo.full_name}`,
    }))
  }
  return []
}

/** The first issue of a repository has the next three for parts. */
function partsOf(rows: GithubRows, issue: Issue): Issue[] {
  const all = rows.issues
    .findBy('repo_id', issue.repo_id)
    .filter((row) => !row.is_pull_request)
    .sort((a, b) => a.number - b.number)
  return all[0]?.id === issue.id ? all.slice(1, 4) : []
}

/** An issue as GitHub shows it, with how many parts it has. */
export function withParts(rows: GithubRows, shown: Json): Json {
  const issue = rows.issues.get(Number(shown.id))
  const parts = issue && !issue.is_pull_request ? partsOf(rows, issue) : []
  const completed = parts.filter(({ state }) => state === 'closed').length
  const percent = parts.length === 0 ? 0 : Math.round((100 * completed) / parts.length)
  return {
    ...shown,
    sub_issues_summary: { total: parts.length, completed, percent_completed: percent },
  }
}

const person = (rows: GithubRows, id: number | null, origin: string) => {
  const login = id === null ? undefined : rows.users.get(id)?.login
  return login === undefined ? null : { login, id, avatar_url: `${origin}/avatars/u/${login}` }
}

/** https://docs.github.com/en/rest/collaborators/collaborators#list-repository-collaborators */
function collaboratorsOf(rows: GithubRows, repo: Repo, origin: string): Json[] {
  return rows.collaborators.findBy('repo_id', repo.id).flatMap(({ user_id, permission }) => {
    const account = person(rows, user_id, origin)
    return account ? [{ ...account, role_name: roles[permission] }] : []
  })
}

/** https://docs.github.com/en/rest/repos/repos#list-repository-teams */
function teamsOf(rows: GithubRows, origin: string): Json[] {
  return rows.teams.all().map(({ id, name, slug, description }) => ({
    ...{ id, name, slug, description, permission: 'push' },
    html_url: `${origin}/orgs/harborline/teams/${slug}`,
  }))
}

/** https://docs.github.com/en/rest/issues/timeline */
function timelineOf(rows: GithubRows, issue: Issue, origin: string): Json[] {
  const author = person(rows, issue.user_id, origin)
  const at = (minutes: number) => new Date(Date.parse(issue.created_at) + minutes * 60_000).toISOString()
  const labels = issue.label_ids.flatMap((id) => rows.labels.get(id) ?? [])
  const closer = person(rows, issue.closed_by_id ?? issue.user_id, origin)
  return [
    ...labels.map(({ name, color }) => ({
      ...{ event: 'labeled', actor: author, created_at: at(1), label: { name, color } },
    })),
    ...issue.assignee_ids.map((id) => ({
      ...{ event: 'assigned', actor: author, created_at: at(2), assignee: person(rows, id, origin) },
    })),
    ...(issue.closed_at && !issue.is_pull_request
      ? [
          {
            ...{ event: 'closed', actor: closer, created_at: issue.closed_at },
            state_reason: issue.state_reason,
          },
        ]
      : []),
  ]
}

/** A few, to be seen by those whom GitHub shows them to. */
function alertsOf(repo: Repo, { below, origin, right }: Looked): Json[] {
  if (right === 'pull' || right === 'triage') return []
  const [sort] = below.split('/')
  const html_url = `${origin}/${repo.full_name}/security/${sort}/1`
  const times = { created_at: repo.created_at, updated_at: repo.created_at }
  switch (sort) {
    case 'dependabot':
      return [
        {
          ...{ number: 1, state: 'open', html_url, ...times },
          dependency: { package: { ecosystem: 'npm', name: 'semver' }, manifest_path: 'package-lock.json' },
          security_advisory: {
            severity: 'high',
            summary: 'A version that is made for it takes very long to be read',
          },
        },
      ]
    case 'code-scanning':
      return [
        {
          ...{ number: 2, state: 'open', html_url, ...times },
          rule: {
            id: 'js/path-injection',
            security_severity_level: 'medium',
            description: 'A path that strangers choose',
          },
          most_recent_instance: { location: { path: 'src/files.ts' } },
        },
      ]
    default:
      return []
  }
}
