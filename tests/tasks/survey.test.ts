import { schema as published } from '@octokit/graphql-schema'
import { buildSchema, graphql } from 'graphql'
import { describe, expect, it } from 'vitest'
import { answerSurvey, cutsOf } from '../../demo/answer-survey.ts'
import { costOf } from '../../demo/graphql-cost.ts'
import { syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { surveyPoints, surveyQuery } from '../../src/github/survey/query.ts'
import { allKinds } from '../../src/mirror/kinds.ts'
import { listItems } from '../../src/store/mirror.ts'
import { exampleOf, issueOf, type Json, type PlantedRepository, send } from '../support/github-server.ts'
import { type MirrorOfOne, startMirrorOfOne } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

const minute = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString().replace('.000', '')
const sha = (index: number) => String(index).padStart(40, '0')
const by = (login: string, type = 'User') => ({
  login,
  id: 5,
  type,
  avatar_url: `https://pictures.example/${login}?v=4`,
})

function pullOf(number: number, more: Json = {}): Json {
  const { comments: _, ...pull } = exampleOf('pull_request', 'pull_request')
  return {
    ...pull,
    ...{ id: 4_000_000_000 + number, node_id: `PR_${number}`, number, title: `Change ${number}`, body: null },
    ...{ html_url: `https://github.example/acme/hello/pull/${number}`, milestone: { title: 'Soon' } },
    ...{ created_at: minute(number), updated_at: minute(number + 100), mergeable_state: 'clean' },
    head: { ref: `topic-${number}`, sha: sha(number) },
    base: { ref: 'main', sha: sha(1) },
    ...{
      user: by('mona'),
      assignees: [by('lisa')],
      labels: [{ id: 1, name: 'bug', color: 'ff0000', description: null }],
    },
    ...{
      requested_reviewers: [by('hubot[bot]', 'Bot')],
      requested_teams: [{ name: 'core' }],
      merged_by: null,
    },
    auto_merge: { merge_method: 'squash', enabled_by: by('mona') },
    reactions: { '+1': 2 },
    ...more,
  }
}

/** What most repositories are: a little of much, and no Actions. */
function plantSmall(planted: PlantedRepository): void {
  planted.branches = [
    { name: 'main', commit: { sha: sha(3) }, protected: true },
    { name: 'topic-50', commit: { sha: sha(50) }, protected: false },
  ]
  planted.commits = [3, 2, 1].map((index) => {
    const signed = { name: 'Mona', email: 'mona@github.example', date: minute(index) }
    return {
      sha: sha(index),
      commit: { message: `Step ${index}`, author: signed, committer: signed },
      author: index === 2 ? null : by('mona'),
      parents: index > 1 ? [{ sha: sha(index - 1) }] : [],
      html_url: `https://github.example/acme/hello/commit/${sha(index)}`,
    }
  })
  planted.pulls = [pullOf(51), pullOf(50, { state: 'closed', merged_at: minute(90), closed_at: minute(90) })]
  planted.reviews.set(51, [
    {
      ...exampleOf('pull_request_review', 'review'),
      id: 5_000_000_001,
      body: 'Fine',
      state: 'APPROVED',
      submitted_at: minute(60),
    },
    {
      ...exampleOf('pull_request_review', 'review'),
      id: 5_000_000_002,
      state: 'PENDING',
      submitted_at: null,
    },
  ])
  planted.issues = [2, 1].map((number) =>
    issueOf(number, { comments: number === 1 ? 1 : 0, type: { name: 'Bug' } }),
  )
  // GitHub lists pull requests among the issues, and only there with their number of comments.
  planted.issues.unshift(issueOf(51, { minutes: 151, comments: 1, pull_request: { url: 'x' } }))
  planted.comments = [1, 51].map((number) => ({
    ...exampleOf('issue_comment', 'comment'),
    ...{ id: 6_000_000_000 + number, body: `About ${number}`, reactions: { eyes: 1 } },
    issue_url: `https://api.github.example/repos/acme/hello/issues/${number}`,
  }))
  planted.labels = [{ id: 1, name: 'bug', color: 'ff0000', description: null }]
  planted.others.set('tags', [{ name: 'v1', commit: { sha: sha(1) } }])
}

/** Every row of every kind, but when it was seen so. */
async function everything(hub: MirrorOfOne): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {}
  for (const kind of allKinds) {
    const items = await listItems(hub.store.read, kind, { repositoryId: 1, without: '' })
    const seen = kind.name === 'branch' || kind.name === 'tag' ? { updated_at: null } : { told_at: null }
    rows[kind.name] = items.map((item) => ({ ...item, ...seen }))
  }
  return rows
}

const paths = ({ github }: MirrorOfOne) =>
  github.asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)

describe.each(dialects)('a survey on %s', (dialect) => {
  it('brings the same rows as the lists, for four points', async () => {
    await using surveyed = await startMirrorOfOne({ dialect })
    await using listed = await startMirrorOfOne({ dialect })
    for (const { planted } of [surveyed, listed]) plantSmall(planted)
    surveyed.github.withGraphql = true
    await listed.run(syncAccountTask(listed.userId))
    await surveyed.run(syncAccountTask(surveyed.userId))

    const rows = await everything(surveyed)
    expect(rows).toEqual(await everything(listed))
    expect(rows.review).toMatchObject([{ id: 5_000_000_001 }])
    expect(rows.pull_request).toHaveLength(2)
    expect(rows.comment).toHaveLength(2)
    expect(paths(surveyed)).toEqual([
      'GET /user/repos',
      'POST /graphql',
      'GET /repos/acme/hello/issues',
      'GET /repos/acme/hello/labels',
    ])
    expect(surveyed.github.charged - 1).toBeLessThanOrEqual(4)
  })

  it('is written down with the little that it tells in a few transactions, and what is empty is not told', async () => {
    await using hub = await startMirrorOfOne({ dialect })
    plantSmall(hub.planted)
    hub.github.withGraphql = true
    const commits = new Set<unknown>()
    hub.store.onAppended((changes) => {
      if (changes.some(({ topic, kind }) => topic === 'repo:1' && kind === 'sync.progress'))
        commits.add(changes)
    })
    await hub.run(syncAccountTask(hub.userId))
    const told = (await hub.changes('sync.progress')).filter(({ topic }) => topic === 'repo:1')
    const asked = ['issues', 'issues', 'labels', 'labels']
    expect(told.map(({ resource }) => resource)).toEqual([
      ...['branches', 'commits', 'pulls', 'reviews', ...asked.slice(0, 2), 'comments'],
      ...[...asked.slice(2), 'tags', 'repository', 'reconciliation'],
    ])
    expect(commits.size).toBeLessThanOrEqual(8)
  })
})

describe('a repository that was read before', () => {
  it('costs one request and no quota where nothing changed', async () => {
    await using hub = await startMirrorOfOne()
    plantSmall(hub.planted)
    hub.github.withGraphql = true
    await hub.run(syncAccountTask(hub.userId))
    hub.advance(7 * 3_600_000)
    hub.github.asked.length = 0
    hub.github.charged = 0
    await hub.run(syncRepositoryTask(1))
    expect(paths(hub)).toEqual(['GET /repos/acme/hello/issues'])
    expect(hub.github.charged).toBe(0)
  })

  it('is read where somebody said or pushed something', async () => {
    await using hub = await startMirrorOfOne()
    const { planted } = hub
    plantSmall(planted)
    hub.github.withGraphql = true
    await hub.run(syncAccountTask(hub.userId))
    hub.advance(7 * 3_600_000)
    planted.comments.unshift({ ...planted.comments[0], id: 7, body: 'More', updated_at: minute(500) })
    planted.issues = planted.issues.map((item) =>
      item.number === 1 ? { ...item, updated_at: minute(500) } : item,
    )
    await hub.run(syncRepositoryTask(1))
    expect((await everything(hub)).comment).toHaveLength(3)

    hub.advance(7 * 3_600_000)
    planted.branches = [{ name: 'main', commit: { sha: sha(9) }, protected: true }]
    Object.assign(planted.repository, { pushed_at: '2031-01-01T00:00:00Z' })
    await hub.run(syncAccountTask(hub.userId))
    expect((await everything(hub)).branch).toContainEqual(
      expect.objectContaining({ name: 'main', sha: sha(9) }),
    )
  })
})

describe('what a survey does not tell', () => {
  it('is listed: all of what is more than it asks for', async () => {
    await using hub = await startMirrorOfOne()
    plantSmall(hub.planted)
    hub.planted.pulls = Array.from({ length: 30 }, (_, index) => pullOf(100 - index))
    hub.planted.reviews.set(71, hub.planted.reviews.get(51)!)
    hub.github.withGraphql = true
    await hub.run(syncAccountTask(hub.userId))
    const rows = await everything(hub)
    expect(rows.pull_request).toHaveLength(30)
    expect(rows.review).toMatchObject([{ pull_number: 71 }])
    // Of the twenty that were told, none is asked for.
    expect(paths(hub).filter((path) => path.endsWith('/reviews'))).toHaveLength(10)
  })

  it.each([
    [
      'GitHub has no GraphQL for the token',
      403,
      { message: 'Resource not accessible by personal access token' },
    ],
    ['GitHub cannot answer so much', 502, { message: 'Something went wrong' }],
    ['GitHub knows one of the fields no more', 200, { errors: [{ message: "Field 'x' doesn't exist" }] }],
  ])('is listed where %s', async (_, status, body) => {
    await using hub = await startMirrorOfOne()
    plantSmall(hub.planted)
    hub.github.instead(/POST \/graphql/, (__, response) => send(response, status, body))
    await hub.run(syncAccountTask(hub.userId))
    expect((await everything(hub)).pull_request).toHaveLength(2)
    expect(hub.setAside).toEqual([])
  })

  it('is listed alone where one thing may not be seen', async () => {
    await using hub = await startMirrorOfOne()
    plantSmall(hub.planted)
    hub.planted.others.set('releases', [])
    hub.github.withGraphql = true
    const cuts = cutsOf(surveyQuery)
    const whole = await answerSurvey(hub.planted.repository, async () => [], cuts)
    const errors = [{ type: 'FORBIDDEN', path: ['repository', 'releases'], message: 'Not for you' }]
    hub.github.instead(/POST \/graphql/, (_, response) =>
      send(response, 200, { data: { repository: { ...whole, releases: null } }, errors }),
    )
    await hub.run(syncAccountTask(hub.userId))
    expect(paths(hub)).toEqual(['GET /user/repos', 'POST /graphql', 'GET /repos/acme/hello/releases'])
  })

  it('is not taken from another repository that has got the name', async () => {
    await using hub = await startMirrorOfOne()
    plantSmall(hub.planted)
    hub.github.withGraphql = true
    await hub.run(syncAccountTask(hub.userId))
    hub.advance(30 * 3_600_000)
    Object.assign(hub.planted.repository, { id: 2 })
    hub.planted.issues = [issueOf(99)]
    await hub.run(syncRepositoryTask(1))
    expect((await everything(hub)).issue).toMatchObject([{ number: 1 }, { number: 2 }])
  })
})

describe("GitHub's published schema", () => {
  it('has all that is asked for, and what the local GitHub answers', async () => {
    const schema = buildSchema(published.idl, { assumeValidSDL: true }) // it names two fields twice
    await using hub = await startMirrorOfOne()
    plantSmall(hub.planted)
    const lists: Record<string, Json[]> = {
      ...{ branches: hub.planted.branches, commits: hub.planted.commits, pulls: hub.planted.pulls },
      ...{ issues: hub.planted.issues, 'issues/comments': hub.planted.comments, labels: hub.planted.labels },
      ...{ 'pulls/51/reviews': hub.planted.reviews.get(51)!, tags: hub.planted.others.get('tags')! },
    }
    const ask = async (path: string) => lists[path.split('?')[0]!] ?? []
    const repository = await answerSurvey(hub.planted.repository, ask, cutsOf(surveyQuery))
    const answer = await graphql({
      schema,
      source: surveyQuery,
      rootValue: { repository },
      variableValues: { owner: 'acme', name: 'hello' },
      // Aliases are what the answer has, too.
      fieldResolver: (source, _, __, { path, fieldName }) =>
        (source as Json)[path.key] ?? (source as Json)[fieldName],
    })
    expect(answer.errors).toBeUndefined()
    expect(answer.data?.repository).toMatchObject({ pullRequests: { totalCount: 2 } })
    expect(costOf(surveyQuery)).toBe(surveyPoints)
  })
})
