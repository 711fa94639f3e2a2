/**
 * A GitHub in a process of its own that holds as many repositories as it is told to, each made anew whenever it is
 * asked for, so that it holds nothing. Says its address over the IPC channel, and what it was asked when it is told to.
 */
import {
  exampleOf,
  issueOf,
  type Json,
  type PlantedRepository,
  plantRepository,
  startGithubServer,
} from '../../tests/support/github-server.ts'

/** How much there is in all. */
export interface Sizes {
  repositories: number
  issues: number
  pulls: number
  commits: number
}

const sizes = JSON.parse(process.argv[2] ?? '{}') as Sizes
const each = (all: number) => Math.round(all / sizes.repositories)
const minute = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString().replace('.000', '')
const newestFirst = (count: number, make: (index: number) => Json) =>
  Array.from({ length: count }, (_, index) => make(count - 1 - index))
const pullExample = exampleOf('pull_request', 'pull_request')

function commitOf(id: number, index: number): Json {
  const sha = (at: number) => `${id.toString(16).padStart(8, '0')}${at.toString(16).padStart(32, '0')}`
  const by = { name: 'Mona', email: 'mona@github.example', date: minute(index) }
  return {
    sha: sha(index),
    commit: { message: `Change ${index} of ${id}`, author: by, committer: by },
    author: { login: 'mona', avatar_url: null },
    parents: index > 0 ? [{ sha: sha(index - 1) }] : [],
    html_url: `https://github.example/${id}/${index}`,
  }
}

function pullOf(id: number, index: number): Json {
  const number = each(sizes.issues) + index + 1
  return {
    ...pullExample,
    ...{
      id: id * 10_000 + number,
      node_id: `PR_${id}_${number}`,
      number,
      title: `Pull request ${number} of ${id}`,
    },
    ...{ created_at: minute(number), updated_at: minute(number), state: index % 3 ? 'closed' : 'open' },
    ...{ requested_reviewers: [], requested_teams: [], assignees: [], labels: [], comments: 0 },
    ...{ closed_at: index % 3 ? minute(number) : null, merged_at: null },
  }
}

function plant(id: number): PlantedRepository {
  // The newest is the last of their names.
  const pushed_at = new Date(Date.now() - (sizes.repositories - id) * 3_600_000).toISOString()
  const planted = plantRepository(
    { id, name: `repository-${String(id).padStart(4, '0')}`, pushed_at },
    { mona: 'admin' },
  )
  const lists: Partial<Record<keyof PlantedRepository, () => Json[]>> = {
    branches: () => [
      { name: 'main', commit: { sha: commitOf(id, each(sizes.commits) - 1).sha }, protected: false },
    ],
    commits: () => newestFirst(each(sizes.commits), (index) => commitOf(id, index)),
    pulls: () => newestFirst(each(sizes.pulls), (index) => pullOf(id, index)),
    issues: () =>
      newestFirst(each(sizes.issues), (index) =>
        issueOf(index + 1, { id: id * 10_000 + index, node_id: `I_${id}_${index}` }),
      ),
    labels: () => [{ id, name: 'bug', color: 'ff0000', description: null }],
  }
  for (const [name, get] of Object.entries(lists)) Object.defineProperty(planted, name, { get })
  return planted
}

const github = await startGithubServer()
github.withGraphql = true
github.people.set('mona', { id: 1, login: 'mona' })
for (let id = 1; id <= sizes.repositories; id++) github.repositories.push(plant(id))
/** A new hour, in which nothing was asked yet. */
function beginHour(): void {
  const resetAt = Date.now() + 3_600_000
  for (const name of ['core', 'graphql'] as const)
    github.quotas.set(name, { limit: 5000, remaining: 5000, resetAt })
  github.asked.length = 0
  github.charged = 0
}
beginHour()

/** What was asked since the hour began. */
export interface Counted {
  requests: number
  points: number
  refused: number
  /** Seconds of processor time of this process, since it began. */
  cpuS: number
}

process.on('message', (wish: 'count' | 'begin-hour' | 'requests') => {
  const { asked, charged, refused } = github
  if (wish === 'begin-hour') {
    beginHour()
    process.send?.({})
  } else if (wish === 'requests') {
    process.send?.(asked.map(({ method, path, body }) => ({ method, path, body })))
  } else {
    const { user, system } = process.cpuUsage()
    const counted: Counted = { requests: asked.length, points: charged, refused, cpuS: (user + system) / 1e6 }
    process.send?.(counted)
  }
})
process.once('disconnect', () => process.exit(0))
process.send?.({ url: github.url })
