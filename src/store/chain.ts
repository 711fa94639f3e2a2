import { sql } from 'kysely'
import type { ChainLink } from '../../contract/chain.ts'
import { combineChecks, type Said, stateOfCheckRun } from '../domain/checks.ts'
import { toTime, toTimeOrNull } from './columns.ts'
import { listDeliveries } from './delivery-lists.ts'
import { getRun } from './runs.ts'
import type { Db } from './store.ts'

/** So much of each sort is looked at: an issue or a pull request has a few. */
const most = 50

interface Asked {
  userId: string
  seesUnassigned: boolean
  repositoryId: number
  number: number
}

/**
 * The chain of cause and effect around an issue or a pull request, in the order of time: what it began with, the runs
 * that its webhooks started, reviews, checks and Actions runs of its newest commit, its merge, and the first deployment
 * to each environment that came to an end after that. Of an issue, the same of the pull requests that close it. Whoever
 * asks may read the repository; runs are those that they may see.
 */
export async function readChain(db: Db, asked: Asked): Promise<ChainLink[]> {
  const { repositoryId, number } = asked
  const leads = await db
    .selectFrom('closing_references')
    .select(['issue_number', 'pull_number'])
    .where('repository_id', '=', repositoryId)
    .where(({ or, eb }) => or([eb('issue_number', '=', number), eb('pull_number', '=', number)]))
    .limit(most)
    .execute()
  const numbers = [...new Set([number, ...leads.flatMap((lead) => [lead.issue_number, lead.pull_number])])]
  const told = await Promise.all(numbers.map((each) => toldOf(db, { ...asked, number: each })))
  const [issues, pulls, runs] = await Promise.all([
    db
      .selectFrom('issues')
      .select(['number', 'title', 'state', 'user_login', 'created_at', 'closed_at'])
      .where('repository_id', '=', repositoryId)
      .where('number', 'in', numbers)
      .execute(),
    db
      .selectFrom('pull_requests')
      .select(['number', 'title', 'state', 'user_login', 'head_sha', 'created_at', 'merged_at', 'closed_at'])
      .select('merged_by_login')
      .where('repository_id', '=', repositoryId)
      .where('number', 'in', numbers)
      .execute(),
    startedBy(db, { userId: asked.userId, deliveries: told.flatMap(({ ids }) => ids) }),
  ])
  const deliveryOf = (of: number, what: string) => told[numbers.indexOf(of)]?.first.get(what) ?? null
  const links: ChainLink[] = [...runs]
  for (const { number: of, title, state, user_login: by, created_at, closed_at } of issues) {
    const link = { ...bare, title, number: of, state }
    links.push({
      ...link,
      kind: 'issue',
      at: toTime(created_at),
      by,
      delivery: deliveryOf(of, 'issues.opened'),
    })
    if (closed_at === null) continue
    links.push({ ...link, kind: 'close', at: toTime(closed_at), delivery: deliveryOf(of, 'issues.closed') })
  }
  for (const pull of pulls) {
    const { number: of, title, user_login: by, created_at, merged_at, closed_at } = pull
    const state = merged_at === null ? pull.state : 'merged'
    const link = { ...bare, title, number: of, state }
    const opened = deliveryOf(of, 'pull_request.opened')
    links.push({ ...link, kind: 'pull_request', at: toTime(created_at), by, delivery: opened })
    const closed = deliveryOf(of, 'pull_request.closed')
    if (merged_at !== null) {
      const merger = pull.merged_by_login
      links.push({ ...link, kind: 'merge', at: toTime(merged_at), by: merger, delivery: closed })
      links.push(...(await deployedAfter(db, { repositoryId, at: merged_at })))
    } else if (closed_at !== null) {
      links.push({ ...link, kind: 'close', at: toTime(closed_at), delivery: closed })
    }
    links.push(...(await reviewsOf(db, { repositoryId, number: of, told: told[numbers.indexOf(of)]! })))
    links.push(...(await checksOf(db, { repositoryId, number: of, sha: pull.head_sha, since: created_at })))
  }
  const seen = new Set<string>()
  return links
    .filter(({ kind, id, number: of }) => {
      const name = `${kind} ${id} ${id === null ? of : ''}`
      return seen.size < seen.add(name).size
    })
    .sort((a, b) => a.at.localeCompare(b.at))
}

const bare = { ended_at: null, by: null, number: null, id: null, delivery: null }

interface Told {
  ids: string[]
  /** The first delivery of each `event.action`, by its GUID. */
  first: Map<string, string>
  reviews: { id: string; at: number }[]
}

/** The webhooks about an issue or a pull request that are kept. */
async function toldOf(db: Db, asked: Asked): Promise<Told> {
  const { items } = await listDeliveries(db, { ...asked, limit: most })
  return {
    ids: items.map(({ id }) => id),
    // The newest come first, so that of several the oldest one stays.
    first: new Map(items.map(({ id, event, action }) => [`${event}.${action}`, id])),
    reviews: items
      .filter(({ event, action }) => event === 'pull_request_review' && action === 'submitted')
      .map(({ id, received_at }) => ({ id, at: received_at })),
  }
}

/** The runs of workflows that deliveries started, as far as the user may see them. */
async function startedBy(
  db: Db,
  { userId, deliveries }: { userId: string; deliveries: readonly string[] },
): Promise<ChainLink[]> {
  if (deliveries.length === 0) return []
  const rows = await db
    .selectFrom('changes')
    .select('topic')
    .distinct()
    .where('delivery_id', 'in', deliveries)
    .where('topic', 'like', 'run:%')
    .limit(most)
    .execute()
  const runs = await Promise.all(
    rows.map(({ topic }) => getRun(db, { id: topic.slice('run:'.length), userId })),
  )
  return runs.flatMap((run) =>
    run
      ? {
          ...bare,
          kind: 'run' as const,
          at: run.created_at,
          ended_at: run.completed_at,
          title: run.workflow_name,
          state: run.conclusion ?? run.status,
          id: run.id,
          delivery: run.delivery_id,
        }
      : [],
  )
}

async function reviewsOf(
  db: Db,
  { repositoryId, number, told }: { repositoryId: number; number: number; told: Told },
): Promise<ChainLink[]> {
  const rows = await db
    .selectFrom('reviews')
    .select(['id', 'user_login', 'state', 'submitted_at'])
    .where('repository_id', '=', repositoryId)
    .where('pull_number', '=', number)
    .where('state', 'in', ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'])
    .orderBy('submitted_at')
    .limit(most)
    .execute()
  return rows.map(({ id, user_login, state, submitted_at }) => ({
    ...bare,
    kind: 'review',
    at: toTime(submitted_at),
    title: '',
    state,
    by: user_login,
    number,
    id: String(id),
    // A webhook comes after what it tells of; of several the next one.
    delivery: told.reviews.findLast(({ at }) => at >= submitted_at)?.id ?? null,
  }))
}

/** How the newest commit stands, and the Actions runs of it. */
async function checksOf(
  db: Db,
  { repositoryId, number, sha, since }: { repositoryId: number; number: number; sha: string; since: number },
): Promise<ChainLink[]> {
  const [checks, runs] = await Promise.all([
    db
      .selectFrom('check_runs')
      .select(['id', 'name', 'app', 'status', 'conclusion', 'started_at', 'completed_at'])
      .where('repository_id', '=', repositoryId)
      .where('head_sha', '=', sha)
      .execute(),
    db
      .selectFrom('actions_runs')
      .select(['id', 'name', 'status', 'conclusion', 'created_at', 'updated_at', 'actor_login'])
      .where('repository_id', '=', repositoryId)
      .where('created_at', '>=', since)
      .where('head_sha', '=', sha)
      .orderBy('created_at', 'desc')
      .limit(most)
      .execute(),
  ])
  const links: ChainLink[] = runs.map((run) => ({
    ...bare,
    kind: 'actions_run',
    at: toTime(run.created_at),
    ended_at: run.status === 'completed' ? toTime(run.updated_at) : null,
    title: run.name,
    state: run.conclusion ?? run.status,
    by: run.actor_login,
    id: String(run.id),
  }))
  const begun = checks.flatMap(({ started_at }) => started_at ?? [])
  const said = checks.map(
    (check): Said => ({
      id: check.id,
      name: `${check.app}/${check.name}`,
      state: stateOfCheckRun(check),
    }),
  )
  const combined = combineChecks(sha, said)
  if (!combined || begun.length === 0) return links
  const ended = checks.map(({ completed_at }) => completed_at)
  const isOver = combined.state !== 'pending' && !ended.includes(null)
  const last = isOver ? Math.max(...(ended as number[])) : null
  const title = `${combined.total} ${combined.total === 1 ? 'check' : 'checks'}`
  links.push({
    ...bare,
    kind: 'checks',
    at: toTime(Math.min(...begun)),
    ended_at: toTimeOrNull(last),
    title: combined.failed > 0 ? `${title}, ${combined.failed} failed` : title,
    state: combined.state,
    number,
  })
  return links
}

/** The first deployment to each environment that came to an end after a moment. */
async function deployedAfter(
  db: Db,
  { repositoryId, at }: { repositoryId: number; at: number },
): Promise<ChainLink[]> {
  const { rows } = await sql<{
    id: number
    environment: string
    creator_login: string | null
    state: string
    created_at: number
  }>`
    select deployments.id, deployments.environment, deployments.creator_login, word.state, word.created_at
    from deployment_statuses as word cross join deployments
    where word.repository_id = ${repositoryId} and word.state in ('success', 'failure', 'error')
      and word.created_at >= ${at} and deployments.id = word.deployment_id
    order by word.created_at limit ${most}`.execute(db)
  const environments = new Set<string>()
  return rows
    .filter(({ environment }) => environments.size < environments.add(environment).size)
    .map((row) => ({
      ...bare,
      kind: 'deployment',
      at: toTime(row.created_at),
      title: row.environment,
      state: row.state,
      by: row.creator_login,
      id: String(row.id),
    }))
}
