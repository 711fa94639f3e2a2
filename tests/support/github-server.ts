import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import examplesOfGithub from '@octokit/webhooks-examples' with { type: 'json' }

import { answerSurvey, cutsOf } from '../../demo/answer-survey.ts'
import { costOf } from '../../demo/graphql-cost.ts'
import { surveyPoints } from '../../src/github/survey/query.ts'
import { replyAboutHooks, type SentDelivery } from './github-hooks.ts'

export type Json = Record<string, unknown>
export type Permission = 'pull' | 'triage' | 'push' | 'maintain' | 'admin'

/** What a repository of the server holds: answers of GitHub's REST API, newest first where GitHub lists so. */
export interface PlantedRepository {
  repository: Json & { id: number; owner: { login: string }; name: string; full_name: string }
  /** Who sees it, by token, and with which right. */
  rights: Map<string, Permission>
  branches: Json[]
  commits: Json[]
  pulls: Json[]
  reviews: Map<number, Json[]>
  issues: Json[]
  comments: Json[]
  labels: Json[]
  milestones: Json[]
  workflows: Json[]
  runs: Json[]
  jobs: Map<number, Json[]>
  hooks: Json[]
  /** What was sent to each webhook, the newest last, by the webhook's id. */
  deliveries: Map<number, SentDelivery[]>
  /** What its other lists hold, by their path below the repository: `deployments`, `commits/<sha>/statuses`. */
  others: Map<string, Json[]>
}

export interface Asked {
  method: string
  /** Path and query. */
  path: string
  token: string | null
  headers: IncomingMessage['headers']
  body: string
  at: number
}

export interface Reply {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export const notFound: Reply = { status: 404, body: { message: 'Not Found' } }

export type Answering = (request: Asked, response: ServerResponse) => void

export interface GithubServer extends AsyncDisposable {
  url: string
  people: Map<string, { id: number; login: string }>
  repositories: PlantedRepository[]
  /** No page is longer, whatever is asked for. */
  mostPerPage: number
  /** Without: pages do not tell that there are further ones. */
  withLinks: boolean
  /** There is GraphQL, as on GitHub, but for tokens without the right. */
  withGraphql: boolean
  /** Points that count against the quotas: none for requests that are told that nothing changed. */
  charged: number
  /** Every request so far. */
  asked: Asked[]
  /** What is left of an hour's quotas, by their names; what goes beyond is refused. Without: nobody counts. */
  quotas: Map<'core' | 'graphql', { limit: number; remaining: number; resetAt: number }>
  /** Answers that refused because nothing was left. */
  refused: number
  /** Answers everything, while there is one. */
  hostile: Answering | null
  /** Called for a delivery that shall be sent again. */
  redeliver: (delivery: SentDelivery) => void
  /** Answers requests whose `METHOD /path?query token` matches with something else, so many times or for ever. */
  instead(matching: RegExp, answering: Answering, times?: number): void
  /** Resolves when a request that matches has come, now or before. */
  waitFor(matching: RegExp): Promise<Asked>
}

/** Everybody has one on GitHub. */
export const pictureOf = (login: string) => `https://avatars.github.example/${login}`

/** GitHub's own example payloads, by event. */
export const examples = examplesOfGithub as unknown as { name: string; examples: Json[] }[]

/** A part of one of GitHub's own example payloads, to be varied: the shapes that GitHub documents. */
export function exampleOf(event: string, key: string, index = 0): Json {
  const found = examples.find(({ name }) => name === event)?.examples[index]
  if (!found?.[key]) throw new Error(`no example of ${event}.${key}`)
  return structuredClone(found[key]) as Json
}

/** A repository with nothing in it, of GitHub's shape. */
export function plantRepository(
  { id, name, owner = 'acme', ...more }: { id: number; name: string; owner?: string } & Json,
  rights: Record<string, Permission>,
): PlantedRepository {
  const repository = {
    ...exampleOf('issues', 'repository'),
    id,
    name,
    full_name: `${owner}/${name}`,
    owner: { login: owner, id: 7, avatar_url: pictureOf(owner) },
    html_url: `https://github.example/${owner}/${name}`,
    default_branch: 'main',
    ...more,
  }
  return {
    repository,
    rights: new Map(Object.entries(rights)),
    branches: [],
    commits: [],
    pulls: [],
    reviews: new Map(),
    issues: [],
    comments: [],
    labels: [],
    milestones: [],
    workflows: [],
    runs: [],
    jobs: new Map(),
    hooks: [],
    deliveries: new Map(),
    others: new Map(),
  }
}

/** An issue of GitHub's shape; `minutes` after midnight of 2026-01-01 is when it was made and last changed. */
export function issueOf(
  number: number,
  { minutes = number, ...more }: { minutes?: number } & Json = {},
): Json {
  const at = new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString().replace('.000', '')
  return {
    ...exampleOf('issues', 'issue'),
    id: 100_000 + number,
    number,
    title: `Issue ${number}`,
    state: 'open',
    comments: 0,
    labels: [],
    milestones: [],
    created_at: at,
    updated_at: at,
    closed_at: null,
    ...more,
  }
}

/** Starts a server that speaks enough of GitHub's REST API for a sync, pages and links included. */
export async function startGithubServer(): Promise<GithubServer> {
  const asked: Asked[] = []
  const people: GithubServer['people'] = new Map()
  const repositories: PlantedRepository[] = []
  const instead: { matching: RegExp; answering: Answering; left: number }[] = []
  const waiting: { matching: RegExp; resolve(request: Asked): void }[] = []

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const entry: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      token: request.headers.authorization?.replace(/^\w+ /, '') ?? null,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
      at: Date.now(),
    }
    asked.push(entry)
    github.charged++
    const line = lineOf(entry)
    for (const { matching, resolve } of waiting) if (matching.test(line)) resolve(entry)
    const other = instead.find(({ matching, left }) => left > 0 && matching.test(line))
    if (github.hostile) github.hostile(entry, response)
    else if (other) {
      other.left--
      other.answering(entry, response)
    } else {
      const { status, body, headers } = entry.path === '/graphql' ? await queried(entry) : replyTo(entry)
      const isFree = isKnown(entry, { status, body, ...(headers && { headers }) })
      if (isFree) github.charged--
      const left = count(entry, isFree ? 0 : entry.path === '/graphql' ? surveyPoints : 1)
      if (left.isOut) send(response, 403, { message: 'API rate limit exceeded' }, left.headers)
      else sendUnlessKnown(entry, response, { status, body, headers: { ...headers, ...left.headers } })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  function count({ path }: Asked, points: number): { isOut: boolean; headers: Record<string, string> } {
    const resource = path === '/graphql' ? 'graphql' : 'core'
    const quota = github.quotas.get(resource)
    if (!quota) return { isOut: false, headers: {} }
    const isOut = quota.remaining < points
    if (isOut) github.refused++
    else quota.remaining -= points
    const headers = {
      'x-ratelimit-resource': resource,
      'x-ratelimit-limit': String(quota.limit),
      'x-ratelimit-remaining': String(quota.remaining),
      'x-ratelimit-reset': String(Math.ceil(quota.resetAt / 1000)),
    }
    return { isOut, headers }
  }

  function replyTo(request: Asked): Reply {
    const { pathname } = new URL(request.path, url)
    const person = people.get(request.token ?? '')
    if (!person) return { status: 401, body: { message: 'Bad credentials' } }
    if (pathname === '/user') {
      const body = {
        ...person,
        name: null,
        avatar_url: pictureOf(person.login),
        html_url: `${url}/${person.login}`,
      }
      return { status: 200, body, headers: { 'x-oauth-scopes': 'repo' } }
    }
    const token = request.token as string
    const seen = repositories.filter(({ rights }) => rights.has(token))
    const withRights = ({ repository, rights }: PlantedRepository) => ({
      ...repository,
      permissions: permissionsOf(rights.get(token) as Permission),
    })
    if (pathname === '/user/repos') {
      const { searchParams } = new URL(request.path, url)
      const shown = searchParams.get('sort') === 'pushed' ? newestPushFirst(seen) : seen
      return list(request, shown.map(withRights))
    }
    const [, id] = /^\/repositories\/(\d+)$/.exec(pathname) ?? []
    const [, full_name, rest] = /^\/repos\/([^/]+\/[^/]+)\/(.+)$/.exec(pathname) ?? []
    const found = seen.find(({ repository }) =>
      id ? repository.id === Number(id) : repository.full_name === full_name,
    )
    if (!found) return notFound
    return id ? { status: 200, body: withRights(found) } : replyWithin(found, rest ?? '', request)
  }

  async function queried(request: Asked): Promise<Reply> {
    const token = request.token ?? ''
    if (!github.withGraphql || !people.has(token)) return notFound
    const { query, variables } = JSON.parse(request.body) as {
      query: string
      variables: { owner: string; name: string }
    }
    github.charged += costOf(query) - 1
    const full_name = `${variables.owner}/${variables.name}`
    const planted = repositories.find(
      ({ repository, rights }) => repository.full_name === full_name && rights.has(token),
    )
    if (!planted) {
      const errors = [
        { type: 'NOT_FOUND', path: ['repository'], message: 'Could not resolve to a Repository.' },
      ]
      return { status: 200, body: { data: { repository: null }, errors } }
    }
    const ask = async (path: string) => wholeList(planted, path, request)
    const repository = await answerSurvey(planted.repository, ask, cutsOf(query))
    return { status: 200, body: { data: { repository } } }
  }

  /** All of a list of the REST API. */
  function wholeList(planted: PlantedRepository, path: string, request: Asked): Json[] {
    const items: Json[] = []
    for (let page = 1; ; page++) {
      const address = `/repos/${planted.repository.full_name}/${path}`
      const asked = `${address}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`
      const { status, body } = replyWithin(planted, path.split('?')[0]!, {
        ...request,
        method: 'GET',
        path: asked,
      })
      if (status !== 200) return items
      const list = Array.isArray(body) ? body : (Object.values(body as Json).find(Array.isArray) as Json[])
      items.push(...list.filter((item) => typeof item === 'object' && item !== null))
      if (list.length < github.mostPerPage) return items
    }
  }

  function replyWithin(planted: PlantedRepository, path: string, request: Asked): Reply {
    const [, pull] = /^pulls\/(\d+)\/reviews$/.exec(path) ?? []
    if (pull) return list(request, planted.reviews.get(Number(pull)) ?? [])
    const [, run] = /^actions\/runs\/(\d+)\/jobs$/.exec(path) ?? []
    if (run) return list(request, planted.jobs.get(Number(run)) ?? [], 'jobs')
    if (path.startsWith('hooks')) {
      if (planted.rights.get(request.token ?? '') !== 'admin') return notFound
      return replyAboutHooks({ planted, path, request, url, list, redeliver: github.redeliver })
    }
    const asked = new URL(request.path, url).searchParams
    switch (path) {
      case 'branches':
        return list(request, planted.branches)
      case 'commits':
        return list(request, leadingFrom(asked.get('sha'), planted.commits))
      case 'pulls':
        return list(request, inOrder(planted.pulls, asked))
      case 'issues':
        return list(request, inOrder(planted.issues, asked))
      case 'issues/comments':
        return list(request, inOrder(planted.comments, asked))
      case 'labels':
        return list(request, planted.labels)
      case 'milestones':
        return list(request, planted.milestones)
      case 'actions/workflows':
        return list(request, planted.workflows, 'workflows')
      case 'actions/runs':
        return list(request, planted.runs, 'workflow_runs')
      default: {
        const other = otherLists.find(({ path: known }) => known.test(path))
        return other ? list(request, planted.others.get(path) ?? [], other.wrappedAs) : notFound
      }
    }
  }

  function list(request: Asked, items: Json[], wrappedAs?: string): Reply {
    const { pathname, searchParams } = new URL(request.path, url)
    const size = Math.min(Number(searchParams.get('per_page') ?? 30), github.mostPerPage)
    const page = Number(searchParams.get('page') ?? 1)
    const last = Math.max(1, Math.ceil(items.length / size))
    const link = (to: number, rel: string) => `<${url}${pathname}?page=${to}>; rel="${rel}"`
    const shown = items.slice((page - 1) * size, page * size)
    return {
      status: 200,
      body: wrappedAs ? { total_count: items.length, [wrappedAs]: shown } : shown,
      ...(page < last &&
        github.withLinks && { headers: { link: `${link(page + 1, 'next')}, ${link(last, 'last')}` } }),
    }
  }

  const github: GithubServer = {
    url,
    people,
    repositories,
    mostPerPage: 100,
    withLinks: true,
    withGraphql: false,
    charged: 0,
    quotas: new Map(),
    refused: 0,
    asked,
    hostile: null,
    redeliver: () => {},
    instead: (matching, answering, times = Number.POSITIVE_INFINITY) => {
      instead.push({ matching, answering, left: times })
    },
    waitFor(matching) {
      const before = asked.find((entry) => matching.test(lineOf(entry)))
      if (before) return Promise.resolve(before)
      return new Promise((resolve) => {
        waiting.push({ matching, resolve })
      })
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return github
}

/** Lists of `others`, and the field that GitHub wraps some of them in. */
const otherLists: { path: RegExp; wrappedAs?: string }[] = [
  { path: /^commits\/\w+\/check-runs$/, wrappedAs: 'check_runs' },
  { path: /^commits\/\w+\/statuses$/ },
  { path: /^deployments(\/\d+\/statuses)?$/ },
  { path: /^environments$/, wrappedAs: 'environments' },
  { path: /^(pulls\/comments|releases|tags|rulesets)$/ },
  { path: /^(collaborators|teams|(dependabot|code-scanning|secret-scanning)\/alerts)$/ },
  { path: /^issues\/\d+\/(timeline|sub_issues|dependencies\/(blocked_by|blocking))$/ },
]

/** What changed since a time, in the order that is asked for; else as planted, the newest first. */
function inOrder(items: (Json | null)[], asked: URLSearchParams): Json[] {
  const [since, sort] = [asked.get('since'), asked.get('sort')]
  const at = (item: Json | null, name: string | null) => Date.parse(String(item?.[`${name}_at`]))
  const changed = items.filter((item) => !since || at(item, 'updated') >= Date.parse(since)) as Json[]
  if (!sort) return changed
  const up = changed.toReversed().sort((a, b) => (at(a, sort) || 0) - (at(b, sort) || 0))
  return asked.get('direction') === 'asc' ? up : up.toReversed()
}

const newestPushFirst = (repositories: readonly PlantedRepository[]) =>
  repositories.toSorted((a, b) =>
    String(b.repository.pushed_at).localeCompare(String(a.repository.pushed_at)),
  )

/** The commits that one leads to, itself included; all for the name of a branch. */
function leadingFrom(sha: string | null, commits: Json[]): Json[] {
  if (!commits.some((commit) => commit?.sha === sha)) return commits
  const led = new Set([sha])
  return commits.filter((commit) => {
    if (!led.has(commit.sha as string)) return false
    for (const parent of commit.parents as { sha: string }[]) led.add(parent.sha)
    return true
  })
}

const lineOf = ({ method, path, token }: Asked) => `${method} ${path} ${token}`

/** An answer to a reader has an entity tag, which depends on the token: who shows it is told that nothing changed. */
function sendUnlessKnown(request: Asked, response: ServerResponse, reply: Reply): void {
  const { status, body, headers } = reply
  if (request.method !== 'GET' || status !== 200) send(response, status, body, headers)
  else if (isKnown(request, reply))
    response.writeHead(304, { ...headers, etag: etagOf(request, reply) }).end()
  else send(response, status, body, { ...headers, etag: etagOf(request, reply) })
}

function isKnown(request: Asked, reply: Reply): boolean {
  const isList = request.method === 'GET' && reply.status === 200
  return isList && request.headers['if-none-match'] === etagOf(request, reply)
}

function etagOf({ token }: Asked, { body, headers }: Reply): string {
  const hash = createHash('sha256').update(`${token}${headers?.link}${JSON.stringify(body)}`)
  return `W/"${hash.digest('hex')}"`
}

/** Answers with JSON. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

function permissionsOf(permission: Permission): Record<Permission, boolean> {
  const all = ['pull', 'triage', 'push', 'maintain', 'admin'] as const
  const upTo = all.indexOf(permission)
  return Object.fromEntries(all.map((name, index) => [name, index <= upTo])) as Record<Permission, boolean>
}
