import type { ActionsAnswers } from './actions-answers.ts'
import { answerGraphql } from './answer-graphql.ts'
import { type ChecksOfRuns, pageOf } from './checks-of-runs.ts'
import type { Answer, EmulatorParts } from './emulate.ts'
import type { Permission } from './emulate-account-rows.ts'
import type { GithubRows, RepositoryRow } from './emulate-rows.ts'
import type { SentAs } from './github-deliveries.ts'
import { ofItsAttempt, titledByCommit } from './hook-payloads.ts'
import { listRepositoryComments } from './list-comments.ts'
import { listIssues } from './list-issues.ts'
import { listLookedAt, withParts } from './list-looked-at.ts'
import { organisation, people } from './people.ts'
import { answerAboutPull } from './pull-answers.ts'
import { createReactions } from './reactions.ts'
import { readByGraphql } from './read-by-graphql.ts'

/**
 * Where emulate's REST answers differ from GitHub's so that it matters here, and what is answered instead:
 * - any unknown token is taken for the first person → 401 Bad credentials
 * - a private repository of others is 403 → 404, as if it were not there
 * - every signed-in person may label, close and merge in public repositories → 403 without the right
 * - `permissions` is true throughout → the person's own, and who makes a repository is its admin
 * - lists of issues have no pull requests in them, and none is found as an issue → `list-issues.ts`
 * - a repository by itself tells neither who watches it nor its network → both
 * - the same hook can be created twice → 422
 * - every reaction is counted as none, and none can be given
 * - no X-OAuth-Scopes header, no avatars; Actions runs are titled by their workflow, not by their commit;
 *   the guid of a delivery is not the one that was sent, and nothing tells what was; the lists /issues/comments, /pulls/comments, /rulesets and
 *   /assignees are 404; Actions have no attempts, logs, artifacts and approvals (`actions-answers.ts`), leave no checks and
 *   deploy nothing; /pulls/{n}/files invents names and …/commits one commit; a pull request is no issue; nothing answers a
 *   comment on lines; there is no GraphQL (what acting needs is
 *   answered here, and queries about one repository)
 *
 * What it lacks and nothing here adds: git over HTTP, conditional requests, GET /orgs/{org}/repos, token revocation,
 * redelivery. A merge takes the head's files as they are.
 */
export function createGithubAnswers(
  { rows, tokens, answer }: EmulatorParts,
  {
    sentAs,
    checks,
    actions,
    ask,
    deliver,
  }: {
    sentAs: SentAs
    checks: ChecksOfRuns
    actions: ActionsAnswers
    ask: (path: string) => Promise<unknown>
    deliver: EmulatorParts['deliver']
  },
): Answer {
  const reactions = createReactions(rows)
  const mayWrite = (repoId: number, login: string) => {
    const right = rightOn(rows, rows.repos.get(repoId)!, login)
    return right !== undefined && ranks.indexOf(right) >= ranks.indexOf('push')
  }
  const graphql = { rows, answer, ask, deliver, reactions, mayWrite }
  return async function answerAll(request): Promise<Response> {
    const url = new URL(request.url)
    // GitHub also leads from `/<login>.png` to somebody's picture.
    const avatar = /^\/(?:avatars\/[uo]\/([^/]+)|([^/]+)\.png)$/.exec(url.pathname)
    if (avatar) return drawAvatar(decodeURIComponent(avatar[1] ?? avatar[2]!))

    const download = actions.download(url)
    if (download) return download

    const token = /^(?:bearer|token) (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    const login = token === undefined ? undefined : tokens.get(token)?.login
    if (token !== undefined && login === undefined) return problem(401, 'Bad credentials')

    if (token !== undefined && login && url.pathname === '/graphql') {
      const { query = '', variables = {} } = (await request.clone().json()) as GraphqlQuestion
      if (!query.includes('defaultBranchRef')) return answerGraphql(graphql, request, login)
      const asked = rows.repos.findOneBy('full_name', `${variables.owner}/${variables.name}`)
      const repository = asked && rightOn(rows, asked, login) ? asked : undefined
      const reader = { token, owner: tokens.get(token)! }
      return readByGraphql({ request, query, answer: answerAll, repository, reader, tokens })
    }
    const repo = addressedRepository(rows, url.pathname)
    if (repo) {
      const right = rightOn(rows, repo, login)
      if (!right) return problem(404, 'Not Found')
      const needed = isAuthor(rows, repo.id, { path: url.pathname, login })
        ? 'pull'
        : neededRight(request.method, url.pathname)
      if (login && ranks.indexOf(right) < ranks.indexOf(needed)) {
        return problem(403, 'Must have admin rights to Repository.')
      }
      if (request.method === 'POST' && /\/hooks$/.test(url.pathname)) {
        const twin = await findSameHook(rows, repo.id, request.clone())
        if (twin) return problem(422, 'Validation Failed', [hookExists])
      }
      const [, list] = /^\/repos\/[^/]+\/[^/]+\/(issues|pulls)\/comments$/.exec(url.pathname) ?? []
      if (request.method === 'GET' && list) {
        const type = list === 'pulls' ? 'review' : 'issue'
        const listed = await listRepositoryComments({ rows, answer }, repo.id, request, type)
        const body = reactions.counted(await listed.json())
        return Response.json(body, { status: listed.status, headers: listed.headers })
      }
      const below = url.pathname.split('/').slice(4).join('/')
      const issues = request.method === 'GET' ? await listIssues(answer, request, below) : undefined
      if (issues?.ok) {
        const body = correctionFor(url.pathname)?.((await issues.json()) as Json | Json[])
        return Response.json(body, { headers: issues.headers })
      }
      if (issues) return issues
      const acted = await actions.answer(request, { repo, below, login, right })
      if (acted) return acted
      const reacted = login && reactions.answer(request, { repoId: repo.id, below, login })
      if (reacted) return reacted
      const looked = { below, origin: url.origin, right }
      const derived =
        request.method === 'GET' ? (checks.list(repo, below) ?? listLookedAt(rows, repo, looked)) : undefined
      if (derived) return Response.json(pageOf(derived, url.searchParams))
      if (request.method === 'GET' && below === 'assignees') return listAssignees(rows, repo.id, url.origin)
      const about = await answerAboutPull({ rows, answer }, request, { repoId: repo.id, below, login })
      if (about instanceof Response) return about
      if (Array.isArray(about)) return Response.json(pageOf(about, url.searchParams))
      if (about) return Response.json(reactions.counted(about))
    }

    const response = await answer(request)
    if (
      login &&
      response.ok &&
      request.method === 'POST' &&
      /^\/(user|orgs\/[^/]+)\/repos$/.test(url.pathname)
    )
      giveToMaker(rows, (await response.clone().json()) as { id: number }, login)
    const scopes = token === undefined ? undefined : tokens.get(token)?.scopes
    if (scopes) response.headers.set('x-oauth-scopes', scopes.join(', '))
    const correct = correctionFor(url.pathname)
    if (!correct || !response.ok || request.method !== 'GET') return response
    const body = correct((await response.json()) as Json | Json[])
    return Response.json(body, { status: response.status, headers: response.headers })

    function correctionFor(path: string): ((body: Json | Json[]) => unknown) | undefined {
      const each = (fix: (item: Json) => Json) => (body: Json | Json[]) =>
        Array.isArray(body) ? body.map(fix) : fix(body)
      if (/^\/(user\/repos|users\/[^/]+\/repos|repos\/[^/]+\/[^/]+|repositories\/\d+)$/.test(path)) {
        const alone = /^\/repo/.test(path) ? { network_count: 0, subscribers_count: 1 } : {}
        return each((item) => ({
          ...{ ...item, ...alone },
          permissions: permissionsOf(rows, Number(item.id), login),
        }))
      }
      if (/^\/repos\/[^/]+\/[^/]+\/issues(\/\d+)?$/.test(path))
        return (body) => each((item) => withParts(rows, item))(reactions.counted(body) as Json | Json[])
      if (/\/hooks\/\d+\/deliveries/.test(path)) {
        const isOne = /\d$/.test(path)
        return each((item) => logged(item, sentAs(Number(item.id)), isOne))
      }
      if (/\/actions\/jobs\/\d+$/.test(path)) {
        return each((item) =>
          ofItsAttempt(rows, item, String(item.run_url).replace(/\/repos(\/.*)\/actions.*/, '$1')),
        )
      }
      if (/\/actions(\/workflows\/[^/]+)?\/runs(\/\d+)?$/.test(path)) {
        return each((item) =>
          Array.isArray(item.workflow_runs)
            ? { ...item, workflow_runs: item.workflow_runs.map((run: Json) => titledByCommit(rows, run)) }
            : titledByCommit(rows, item),
        )
      }
      if (/\/(issues|comments)(\/\d+)?$/.test(path)) return reactions.counted
      return undefined
    }
  }
}

type Json = Record<string, unknown>

/** A line of a webhook's log, or all of it: https://docs.github.com/en/rest/repos/webhooks#get-a-delivery-for-a-repository-webhook */
function logged(item: Json, sent: ReturnType<SentAs>, isOne: boolean): Json {
  const line = {
    ...item,
    guid: sent?.guid ?? item.guid,
    ...{ installation_id: null, repository_id: sent?.repositoryId ?? null, throttled_at: null },
    // Nobody was there to answer.
    ...(item.status_code === null && { status: 'failed to connect to host', status_code: 502 }),
  }
  if (!isOne) return line
  const request = { headers: sent?.headers ?? null, payload: sent?.payload ?? null }
  return { ...line, request, response: { headers: null, payload: null } }
}

interface GraphqlQuestion {
  query?: string
  variables?: { owner?: string; name?: string }
}

const ranks: Permission[] = ['pull', 'triage', 'push', 'maintain', 'admin']

const hookExists = { resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' }

/** What a write takes on GitHub. Opening, commenting and reviewing is open to everybody who can read. */
function neededRight(method: string, path: string): Permission {
  if (method === 'GET' || method === 'HEAD') return 'pull'
  if (/\/(contents\/|git\/|merge$|actions\/|releases|milestones)/.test(path)) return 'push'
  if (/\/(labels|assignees|requested_reviewers|lock)/.test(path)) return 'triage'
  if (method === 'PATCH' && /\/(issues|pulls)\/\d+$/.test(path)) return 'triage'
  return 'pull'
}

/** https://docs.github.com/en/rest/issues/assignees#list-assignees */
function listAssignees(rows: GithubRows, repoId: number, origin: string): Response {
  const able = rows.collaborators.findBy('repo_id', repoId).filter((row) => row.permission !== 'pull')
  const logins = able.flatMap(({ user_id }) => rows.users.get(user_id)?.login ?? [])
  return Response.json(logins.map((login) => ({ login, avatar_url: `${origin}/avatars/u/${login}` })))
}

/** Whoever wrote an issue or a pull request may edit, close and reopen it. */
function isAuthor(
  rows: GithubRows,
  repoId: number,
  { path, login }: { path: string; login: string | undefined },
): boolean {
  const number = Number(/\/(?:issues|pulls)\/(\d+)$/.exec(path)?.[1])
  const issue = rows.issues.findBy('repo_id', repoId).find((row) => row.number === number)
  return issue !== undefined && rows.users.get(issue.user_id)?.login === login
}

function addressedRepository(rows: GithubRows, path: string) {
  const byName = /^\/repos\/([^/]+)\/([^/]+)/.exec(path)
  if (byName) return rows.repos.findOneBy('full_name', `${byName[1]}/${byName[2]}`)
  const byId = /^\/repositories\/(\d+)/.exec(path)
  return byId ? rows.repos.get(Number(byId[1])) : undefined
}

function rightOn(
  rows: GithubRows,
  repo: RepositoryRow & { id: number },
  login: string | undefined,
): Permission | undefined {
  const user = login === undefined ? undefined : rows.users.findOneBy('login', login)
  const given = user && rows.collaborators.findBy('repo_id', repo.id).find((row) => row.user_id === user.id)
  return given?.permission ?? (repo.private ? undefined : 'pull')
}

/** Whoever makes a repository administers it. */
function giveToMaker(rows: GithubRows, { id: repo_id }: { id: number }, login: string): void {
  const { id: user_id } = rows.users.findOneBy('login', login)!
  rows.collaborators.insert({ node_id: '', repo_id, user_id, permission: 'admin' })
}

function permissionsOf(rows: GithubRows, repoId: number, login: string | undefined) {
  const repo = rows.repos.get(repoId)
  const right = repo && rightOn(rows, repo, login)
  const rank = right ? ranks.indexOf(right) : -1
  return Object.fromEntries(ranks.map((name, index) => [name, index <= rank]))
}

async function findSameHook(rows: GithubRows, repoId: number, request: Request) {
  const body = (await request.json().catch(() => ({}))) as { config?: { url?: string } }
  return rows.webhooks.findBy('repo_id', repoId).find((hook) => hook.config.url === body.config?.url)
}

function problem(status: number, message: string, errors?: unknown[]): Response {
  return Response.json(
    {
      message,
      ...(errors && { errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: `${status}`,
    },
    { status },
  )
}

/** A round of the person's colour with the initials: nothing is fetched from anywhere. */
function drawAvatar(login: string): Response {
  const someone = people.find((person) => person.login === login) ?? organisation
  const initials = someone.name
    .split(' ')
    .map((word) => word[0])
    .join('')
  return new Response(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="${someone.colour}"/>` +
      '<text x="48" y="50" fill="#fff" font-family="system-ui,sans-serif" font-size="40" font-weight="600" ' +
      `text-anchor="middle" dominant-baseline="central">${initials}</text></svg>`,
    { headers: { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=86400' } },
  )
}
