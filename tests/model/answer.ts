import { createHash } from 'node:crypto'
import type { Json } from '../support/github-server.ts'
import {
  commentOf,
  issueOf,
  labelOf,
  listedPullOf,
  listedReviewOf,
  milestoneOf,
  reviewCommentOf,
} from './render-conversations.ts'
import {
  checkOf,
  deploymentOf,
  deploymentStatusOf,
  environmentOf,
  jobOf,
  releaseOf,
  rulesetOf,
  runOf,
  statusOf,
  workflowOf,
} from './render-others.ts'
import { accountOf, branchOf, commitOf, fullNameOf, repositoryOf, tagOf } from './render-repository.ts'
import type { Repository, Sent, World } from './state.ts'
import { reachedFrom } from './world.ts'

export interface Asked {
  method: string
  url: URL
  /** By their names in lower case. */
  headers: Record<string, string>
}

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Lists of a repository by their place below it; the part of the address that varies is given. */
interface List {
  path: RegExp
  wrappedAs?: string
  /** In the order that GitHub has without being asked for another. */
  items(repository: Repository, at: string, asked: URLSearchParams): Json[]
}

const newestFirst = <T extends { id: number }>(items: Iterable<T>) => [...items].sort((a, b) => b.id - a.id)
const byName = (a: [string, string], b: [string, string]) => a[0].localeCompare(b[0])

const lists: List[] = [
  {
    path: /^branches$/,
    items: (r) => [...r.branches].sort(byName).map(([name, sha]) => branchOf(r, name, sha)),
  },
  {
    path: /^tags$/,
    items: (r) =>
      [...r.tags]
        .sort(byName)
        .reverse()
        .map(([name, sha]) => tagOf(r, name, sha)),
  },
  {
    path: /^commits$/,
    items: (r, _, asked) => {
      const from = asked.get('sha') ?? r.default_branch
      return reachedFrom(r, r.branches.get(from) ?? from).map((commit) => commitOf(r, commit))
    },
  },
  {
    path: /^pulls$/,
    items: (r, _, asked) => inOrder(newestFirst(r.pulls.values()), asked, (pull) => listedPullOf(r, pull)),
  },
  {
    path: /^issues$/,
    items(r, _, asked) {
      const all = [...r.issues.values(), ...r.pulls.values()].sort((a, b) => b.number - a.number)
      return inOrder(all, asked, (one) => issueOf(r, one))
    },
  },
  {
    path: /^issues\/comments$/,
    items: (r, _, asked) => inOrder(newestFirst(r.comments.values()), asked, (one) => commentOf(r, one)),
  },
  {
    path: /^pulls\/comments$/,
    items: (r, _, asked) =>
      inOrder(newestFirst(r.reviewComments.values()), asked, (one) => reviewCommentOf(r, one)),
  },
  {
    path: /^pulls\/(\d+)\/reviews$/,
    // Of others, nobody sees what they did not submit yet.
    items: (r, at) =>
      [...r.reviews.values()]
        .filter(({ pull, submitted_at }) => pull === Number(at) && submitted_at !== null)
        .map((review) => listedReviewOf(r, review)),
  },
  { path: /^labels$/, items: (r) => [...r.labels].map((label) => labelOf(r, label)) },
  { path: /^milestones$/, items: (r) => [...r.milestones].map((milestone) => milestoneOf(r, milestone)) },
  {
    path: /^commits\/(\w+)\/check-runs$/,
    wrappedAs: 'check_runs',
    items: (r, at) =>
      newestFirst(r.checks.values())
        .filter(({ suite }) => suite.head_sha === at)
        .map((check) => checkOf(r, check)),
  },
  {
    path: /^commits\/(\w+)\/statuses$/,
    items: (r, at) =>
      newestFirst(r.statuses.values())
        .filter(({ sha }) => sha === at)
        .map((status) => statusOf(r, status)),
  },
  {
    path: /^deployments$/,
    items: (r) => newestFirst(r.deployments.values()).map((one) => deploymentOf(r, one)),
  },
  {
    path: /^deployments\/(\d+)\/statuses$/,
    items: (r, at) =>
      newestFirst(r.deploymentStatuses.values())
        .filter(({ deployment }) => deployment === Number(at))
        .map((status) => deploymentStatusOf(r, status)),
  },
  {
    path: /^environments$/,
    wrappedAs: 'environments',
    items: (r) => [...r.environments.values()].map((one) => environmentOf(r, one)),
  },
  {
    path: /^actions\/workflows$/,
    wrappedAs: 'workflows',
    items: (r) => [...r.workflows.values()].map((workflow) => workflowOf(r, workflow)),
  },
  {
    path: /^actions\/runs$/,
    wrappedAs: 'workflow_runs',
    items: (r) => newestFirst(r.runs.values()).map((run) => runOf(r, run)),
  },
  {
    path: /^actions\/runs\/(\d+)\/jobs$/,
    wrappedAs: 'jobs',
    items: (r, at) =>
      [...r.jobs.values()].filter(({ run }) => run === Number(at)).map((job) => jobOf(r, job)),
  },
  {
    path: /^releases$/,
    items: (r) => newestFirst(r.releases.values()).map((release) => releaseOf(r, release)),
  },
  { path: /^rulesets$/, items: (r) => [...r.rulesets.values()].map((rule) => rulesetOf(r, rule)) },
]

/** What changed since a time, in the order that is asked for; else the newest first. */
function inOrder<T extends { created_at: string; updated_at: string; id: number }>(
  items: T[],
  asked: URLSearchParams,
  show: (item: T) => Json,
): Json[] {
  const since = asked.get('since')
  const by = asked.get('sort') === 'updated' ? 'updated_at' : 'created_at'
  const up = asked.get('direction') === 'asc' ? 1 : -1
  return items
    .filter(({ updated_at }) => since === null || Date.parse(updated_at) >= Date.parse(since))
    .sort((a, b) => up * (a[by].localeCompare(b[by]) || a.id - b.id))
    .map(show)
}

/** Answers as GitHub's REST API does to who has this world's token; `perPage` is the longest page. */
export function answer(world: World, asked: Asked, perPage = 100): Answer {
  const reply = replyTo(world, asked, perPage)
  const date = new Date(world.clock).toUTCString()
  const body = JSON.stringify(reply.body)
  const base = { 'content-type': 'application/json; charset=utf-8', date, ...reply.headers }
  if (reply.status !== 200) return { status: reply.status, headers: base, body }
  const etag = `W/"${createHash('sha256')
    .update(body)
    .update(reply.headers?.link ?? '')
    .digest('hex')}"`
  const headers = { ...base, etag }
  return asked.headers['if-none-match'] === etag
    ? { status: 304, headers, body: '' }
    : { status: 200, headers, body }
}

interface Reply {
  status: number
  body: unknown
  headers?: Record<string, string>
}

const notFound: Reply = { status: 404, body: { message: 'Not Found', documentation_url: '', status: '404' } }
const permissions = { admin: true, maintain: true, push: true, triage: true, pull: true }

function replyTo(world: World, asked: Asked, perPage: number): Reply {
  const path = asked.url.pathname.slice(1)
  const whole = (repository: Repository) => ({ ...repositoryOf(repository), permissions })
  if (path === 'user/repos') {
    const all = world.repositories.toSorted((a, b) => fullNameOf(a).localeCompare(fullNameOf(b)))
    return page(asked, all.map(whole), perPage)
  }
  if (path === 'user') return { status: 200, body: accountOf(world.accounts[0]!) }
  const [, id, below] = /^repositories\/(\d+)(?:\/(.+))?$/.exec(path) ?? []
  const [, name, rest] = /^repos\/([^/]+\/[^/]+)(?:\/(.+))?$/.exec(path) ?? []
  const repository = world.repositories.find((one) => (id ? one.id === Number(id) : fullNameOf(one) === name))
  if (!repository) return notFound
  const within = below ?? rest
  if (within === undefined) return { status: 200, body: whole(repository) }
  if (within.startsWith('hooks/')) return replyAboutHook(repository, within, asked, perPage)
  if (within === 'commits' && repository.branches.size === 0)
    return { status: 409, body: { message: 'Git Repository is empty.' } }
  for (const list of lists) {
    const at = list.path.exec(within)
    if (at)
      return page(asked, list.items(repository, at[1] ?? '', asked.url.searchParams), perPage, list.wrappedAs)
  }
  return notFound
}

function page(asked: Asked, items: readonly unknown[], perPage: number, wrappedAs?: string): Reply {
  const { origin, pathname, searchParams } = asked.url
  const size = Math.min(Number(searchParams.get('per_page') ?? 30), perPage)
  const number = Number(searchParams.get('page') ?? 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(searchParams)
    query.set('page', String(to))
    return `<${origin}${pathname}?${query}>; rel="${rel}"`
  }
  const shown = items.slice((number - 1) * size, number * size)
  return {
    status: 200,
    body: wrappedAs ? { total_count: items.length, [wrappedAs]: shown } : shown,
    ...(number < last && { headers: { link: `${link(number + 1, 'next')}, ${link(last, 'last')}` } }),
  }
}

/** The log of what was sent to the webhook, with its payloads. */
function replyAboutHook(
  { hook, id, sent }: Repository,
  within: string,
  asked: Asked,
  perPage: number,
): Reply {
  const [, of, one] = /^hooks\/(\d+)\/deliveries(?:\/(\d+))?$/.exec(within) ?? []
  if (Number(of) !== hook) return notFound
  if (one !== undefined) {
    const found = sent.find((delivery) => delivery.id === Number(one))
    return found ? { status: 200, body: wholeOf(found, { hook, repository: id }) } : notFound
  }
  const { origin, pathname, searchParams } = asked.url
  const size = Math.min(Number(searchParams.get('per_page') ?? 30), perPage)
  const before = Number(searchParams.get('cursor')?.slice(3) ?? Number.POSITIVE_INFINITY)
  const older = newestFirst(sent).filter((delivery) => delivery.id < before)
  const shown = older.slice(0, size)
  const next = `<${origin}${pathname}?per_page=${size}&cursor=v1_${shown.at(-1)?.id}>; rel="next"`
  return {
    status: 200,
    body: shown.map((delivery) => lineOf(delivery, id)),
    ...(older.length > size && { headers: { link: next } }),
  }
}

function lineOf({ id, guid, event, action, at }: Sent, repository: number): Json {
  return {
    ...{ id, guid, event, action, delivered_at: new Date(at).toISOString(), redelivery: false },
    ...{ duration: 0.03, status: 'failed to connect to host', status_code: 502, throttled_at: null },
    ...{ installation_id: null, repository_id: repository },
  }
}

function wholeOf(sent: Sent, { hook, repository }: { hook: number; repository: number }): Json {
  const headers = {
    ...{ 'X-GitHub-Delivery': sent.guid, 'X-GitHub-Event': sent.event, 'X-GitHub-Hook-ID': String(hook) },
  }
  return {
    ...lineOf(sent, repository),
    request: { headers, payload: JSON.parse(sent.body) },
    response: { headers: null, payload: null },
  }
}
