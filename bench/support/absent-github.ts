/**
 * A GitHub in a process of its own that keeps what it sent to the webhooks of its repositories, as none of them ever
 * answers. On `lose` things happen, so many and in any order, and each is in the log; on `count` it says what it was
 * asked; on `state` what there is now.
 */

import { plantDelivery } from '../../tests/support/github-hooks.ts'
import {
  exampleOf,
  issueOf,
  type Json,
  type PlantedRepository,
  plantRepository,
  startGithubServer,
} from '../../tests/support/github-server.ts'

export interface Absence {
  repositories: number
  deliveries: number
}

/** What an issue, a comment or a pull request is told to be: by its id. */
export type Things = [id: number, text: string][]

export interface State {
  issues: Things
  comments: Things
  pulls: Things
}

const { repositories, deliveries } = JSON.parse(process.argv[2] ?? '{}') as Absence
const issuesEach = 30
const timeOf = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, '')
/** The absence was so long: no thing changes twice in one second, which is all that GitHub's times tell apart. */
const absenceMs = 280_000
const sender = { id: 1, login: 'mona' }

const github = await startGithubServer()
github.withGraphql = true
github.people.set('mona', sender)
for (let id = 1; id <= repositories; id++) {
  const planted = plantRepository(
    { id, name: `site-${id}`, pushed_at: timeOf(Date.now()) },
    { mona: 'admin' },
  )
  const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-02T00:00:00Z' }
  for (let number = 1; number <= issuesEach; number++) {
    const unique = id * 100_000 + number
    planted.issues.push(issueOf(number, { id: unique, node_id: `I_${unique}`, ...times }))
    planted.comments.push(commentOf(planted, number, { id: unique, body: 'As it was', ...times }))
  }
  github.repositories.push(planted)
}
const resetAt = Date.now() + 3_600_000
for (const name of ['core', 'graphql'] as const)
  github.quotas.set(name, { limit: 5000, remaining: 5000, resetAt })

function commentOf({ repository }: PlantedRepository, number: number, more: Json): Json {
  const issue_url = `https://api.github.example/repos/${repository.full_name}/issues/${number}`
  return { ...exampleOf('issue_comment', 'comment'), issue_url, ...more }
}

/** One thing happens: an issue is edited, a comment is edited or deleted, a pull request is opened. */
function happen(
  planted: PlantedRepository,
  { index, at }: { index: number; at: string },
): { event: string; payload: Json } {
  const number = (index % issuesEach) + 1
  const text = `Said ${index}`
  const issue = planted.issues.find((one) => one.number === number && !one.pull_request)!
  const comment = planted.comments.find(({ issue_url }) => String(issue_url).endsWith(`/${number}`))
  const kind = index % 10
  if (kind < 5 || !comment) {
    Object.assign(issue, { title: text, updated_at: at })
    return { event: 'issues', payload: { action: 'edited', issue: { ...issue }, sender } }
  }
  if (kind < 9) {
    const isGone = index % 90 === 89
    const moved = { body: text, updated_at: at }
    Object.assign(comment, moved)
    Object.assign(issue, { updated_at: at })
    if (isGone) planted.comments = planted.comments.filter((one) => one !== comment)
    const action = isGone ? 'deleted' : 'edited'
    return {
      event: 'issue_comment',
      payload: { action, comment: { ...comment }, issue: { ...issue }, sender },
    }
  }
  const pull = pullOf(planted, { index, at })
  planted.pulls.unshift(pull)
  return {
    event: 'pull_request',
    payload: { action: 'opened', number: pull.number, pull_request: pull, sender },
  }
}

function pullOf({ repository }: PlantedRepository, { index, at }: { index: number; at: string }): Json {
  const number = 1000 + index
  const id = repository.id * 100_000 + number
  return {
    ...exampleOf('pull_request', 'pull_request'),
    ...{ id, node_id: `PR_${id}`, number, title: `Pull ${index}`, state: 'open', comments: 0 },
    ...{ created_at: at, updated_at: at, closed_at: null, merged_at: null },
    ...{ requested_reviewers: [], requested_teams: [], assignees: [], labels: [] },
  }
}

function lose(): string[] {
  const log = new Map<PlantedRepository, { event: string; payload: Json; at: Date }[]>()
  const began = Date.now() - absenceMs
  for (let index = 0; index < deliveries; index++) {
    const planted = github.repositories[index % repositories]!
    const all = log.get(planted) ?? []
    log.set(planted, all)
    const at = new Date(began + (index * absenceMs) / deliveries)
    const place = { index: Math.floor(index / repositories), at: timeOf(at.getTime()) }
    all.push({ ...happen(planted, place), at })
  }
  const guids: string[] = []
  for (const [planted, all] of log) {
    const hookId = Number(planted.hooks[0]?.id)
    for (const [index, one] of all.sort(() => Math.random() - 0.5).entries()) {
      const sent = plantDelivery(planted, hookId, one)
      guids.push(sent.guid)
      // One of twenty was sent twice.
      if (index % 20 === 0)
        planted.deliveries.get(hookId)!.push({ ...sent, id: sent.id + 1_000_000, redelivery: true })
    }
  }
  github.asked.length = 0
  github.charged = 0
  return guids
}

function state(): State {
  const all = <T>(of: (planted: PlantedRepository) => T[]) => github.repositories.flatMap(of)
  const things = (items: Json[], text: string): Things =>
    items.map((one) => [Number(one.id), String(one[text])])
  return {
    issues: things(
      all(({ issues }) => issues),
      'title',
    ),
    comments: things(
      all(({ comments }) => comments),
      'body',
    ),
    pulls: things(
      all(({ pulls }) => pulls),
      'title',
    ),
  }
}

process.on('message', (wish: 'lose' | 'state' | 'count') => {
  if (wish === 'lose') process.send?.(lose())
  else if (wish === 'state') process.send?.(state())
  else {
    const single = github.asked.filter(({ path }) => /deliveries\/\d/.test(path)).length
    process.send?.({
      requests: github.asked.length,
      bodies: single,
      points: github.charged,
      refused: github.refused,
    })
  }
})
process.once('disconnect', () => process.exit(0))
process.send?.({ url: github.url })
