import { describe, expect, it } from 'vitest'
import { syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { allKinds } from '../../src/mirror/kinds.ts'
import { listReadable } from '../../src/store/access.ts'
import { listItems } from '../../src/store/mirror.ts'
import { findProgress, listSyncProgress } from '../../src/store/sync-progress.ts'
import { exampleOf, issueOf, type Json, plantRepository, send } from '../support/github-server.ts'
import { compare, type MirrorOfOne, startMirrorOfOne } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

/** What is stored of a kind, by one of its fields. */
async function stored(hub: MirrorOfOne, kindName: string, field: string): Promise<unknown[]> {
  const kind = allKinds.find(({ name }) => name === kindName)!
  const items = await listItems(hub.store.read, kind, { repositoryId: 1, without: 'body' })
  return items.map((item) => item[field as keyof object] as unknown).sort()
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
const issues = (from: number, to: number) =>
  numbers(from, to)
    .map((number) => issueOf(number))
    .reverse()
const day = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString().replace('.000', '')
const sorted = (values: unknown[]) => values.sort()

/** Commit `name` after its parents, the newest first as GitHub lists them. */
function commitOf(name: string, minute: number, ...parents: string[]): Json {
  const by = { name: 'Mona', email: 'mona@github.example', date: day(minute) }
  return {
    sha: name,
    commit: { message: name, author: by, committer: by },
    author: null,
    parents: parents.map((sha) => ({ sha })),
    html_url: `https://github.example/${name}`,
  }
}
const line = (prefix: string, count: number, { from = 0, after = '' } = {}) =>
  numbers(1, count)
    .map((index) =>
      commitOf(
        `${prefix}${index}`,
        from + index,
        ...(index > 1 ? [`${prefix}${index - 1}`] : after ? [after] : []),
      ),
    )
    .reverse()

describe('a list that moves while it is read', () => {
  it.each(dialects)('loses nothing and keeps nothing that went (%s)', async (dialect) => {
    await using hub = await startMirrorOfOne({ dialect })
    const { planted, github } = hub
    planted.issues = issues(1, 350)
    // While the second page is read, something of the first goes.
    github.instead(
      /issues\?page=2.*created/,
      (_, response) => {
        planted.issues = planted.issues.filter(({ number }) => number !== 3)
        send(response, 200, planted.issues.toReversed().slice(100, 200), {
          link: '<https://x/?page=3>; rel="next"',
        })
      },
      1,
    )
    await hub.run(syncAccountTask(hub.userId))
    expect(await stored(hub, 'issue', 'number')).toEqual(sorted(planted.issues.map(({ number }) => number)))
    expect(await findProgress(hub.store.read, { scope: 'repo:1', resource: 'issues' })).toMatchObject({
      state: 'done',
    })
  })

  it('and never stands still is not taken for read, nor anything for gone', async () => {
    await using hub = await startMirrorOfOne()
    const { planted, github } = hub
    planted.issues = issues(1, 250)
    let next = 1
    github.instead(/issues\?page=2.*created/, (_, response) => {
      planted.issues = planted.issues.filter(({ number }) => number !== next)
      next++
      send(response, 200, planted.issues.toReversed().slice(100, 200), {
        link: '<https://x/?page=3>; rel="next"',
      })
    })
    await hub.run(syncAccountTask(hub.userId))
    expect(await findProgress(hub.store.read, { scope: 'repo:1', resource: 'issues' })).toMatchObject({
      state: 'failed',
      since: null,
      error: expect.stringContaining('read again'),
    })
    expect(await stored(hub, 'issue', 'number')).toContain(2)
  })

  it('is read on where no Link header says that there is more', async () => {
    await using hub = await startMirrorOfOne()
    hub.planted.issues = issues(1, 250)
    hub.planted.labels = numbers(1, 250).map((id) => ({ id, name: `label ${id}`, color: 'ff0000' }))
    hub.github.withLinks = false
    await hub.run(syncAccountTask(hub.userId))
    expect(await stored(hub, 'issue', 'number')).toHaveLength(250)
    expect(await stored(hub, 'label', 'id')).toHaveLength(250)
  })

  it('and is too long to be paged through is asked for what changed since', async () => {
    await using hub = await startMirrorOfOne()
    const { planted, github } = hub
    planted.issues = issues(1, 350)
    const tooFar = { message: 'In order to keep the API fast for everyone, use cursor based pagination.' }
    github.instead(/issues\?page=([3-9]|\d\d)/, (_, response) => send(response, 422, tooFar))
    await hub.run(syncAccountTask(hub.userId))
    expect(await stored(hub, 'issue', 'number')).toHaveLength(350)
    expect(await findProgress(hub.store.read, { scope: 'repo:1', resource: 'issues' })).toMatchObject({
      state: 'done',
    })
    // Nor do later syncs page.
    hub.advance(3_600_000)
    planted.issues = numbers(1, 350)
      .map((number) =>
        issueOf(number, { updated_at: new Date(Date.now() + number * 1000).toISOString(), title: 'Changed' }),
      )
      .reverse()
    await hub.run(syncRepositoryTask(1))
    expect(new Set(await stored(hub, 'issue', 'title'))).toEqual(new Set(['Changed']))
  })

  it('and cannot be read on in any way is not taken for read', async () => {
    await using hub = await startMirrorOfOne()
    hub.planted.labels = numbers(1, 350).map((id) => ({ id, name: `label ${id}`, color: 'ff0000' }))
    hub.github.instead(/labels\?page=3/, (_, response) => send(response, 422, { message: 'use cursors' }))
    await hub.run(syncAccountTask(hub.userId))
    expect(await findProgress(hub.store.read, { scope: 'repo:1', resource: 'labels' })).toMatchObject({
      state: 'failed',
      since: null,
    })
  })
})

describe('what no webhook told', () => {
  it.each(dialects)('is found when everything is compared: what is gone (%s)', async (dialect) => {
    await using hub = await startMirrorOfOne({ dialect })
    const { planted } = hub
    planted.issues = issues(1, 120)
    planted.comments = numbers(1, 120).map((id) => ({
      ...exampleOf('issue_comment', 'comment'),
      id,
      issue_url: 'https://github.example/repos/acme/hello/issues/7',
    }))
    const pull = exampleOf('pull_request', 'pull_request')
    planted.pulls = [{ ...pull, id: 1, number: 500, state: 'closed' }]
    const review = exampleOf('pull_request_review', 'review')
    planted.reviews.set(
      500,
      numbers(1, 130).map((id) => ({ ...review, id, submitted_at: day(id) })),
    )
    planted.labels = numbers(1, 3).map((id) => ({ id, name: `label ${id}`, color: 'ff0000' }))
    planted.milestones = numbers(1, 3).map((number) => ({
      ...exampleOf('milestone', 'milestone'),
      ...{ id: number, number, title: `Milestone ${number}` },
    }))
    planted.workflows = numbers(1, 3).map((id) => ({ ...exampleOf('workflow_run', 'workflow'), id }))
    const run = exampleOf('workflow_run', 'workflow_run')
    planted.runs = numbers(1, 120)
      .map((id) => ({ ...run, id, run_attempt: 2, created_at: day(id), updated_at: day(id) }))
      .reverse()
    const job = exampleOf('workflow_job', 'workflow_job')
    planted.jobs.set(
      120,
      numbers(1, 4).map((id) => ({ ...job, id, run_id: 120, run_attempt: id > 2 ? 2 : 1 })),
    )
    await hub.run(syncAccountTask(hub.userId))
    const has = async () => ({
      issues: await stored(hub, 'issue', 'number'),
      comments: await stored(hub, 'comment', 'id'),
      reviews: await stored(hub, 'review', 'id'),
      labels: await stored(hub, 'label', 'id'),
      milestones: await stored(hub, 'milestone', 'number'),
      workflows: await stored(hub, 'actions_workflow', 'id'),
      runs: await stored(hub, 'actions_run', 'id'),
      jobs: await stored(hub, 'actions_job', 'id'),
    })
    const github = () => {
      const of = (items: Json[] | undefined, field = 'id') => sorted((items ?? []).map((item) => item[field]))
      const { reviews, jobs } = planted
      return {
        ...{
          issues: of(planted.issues, 'number'),
          comments: of(planted.comments),
          reviews: of(reviews.get(500)),
        },
        ...{ labels: of(planted.labels), milestones: of(planted.milestones, 'number') },
        ...{ workflows: of(planted.workflows), runs: of(planted.runs), jobs: of(jobs.get(120)) },
      }
    }
    expect(await has()).toEqual(github())

    hub.advance(3_600_000)
    const without = (items: Json[], index: number) => items.filter((_, at) => at !== index)
    for (const list of ['issues', 'comments', 'labels', 'milestones', 'workflows', 'runs'] as const) {
      planted[list] = without(planted[list], 1)
    }
    planted.reviews.set(500, without(planted.reviews.get(500)!, 1))
    planted.jobs.set(120, without(planted.jobs.get(120)!, 1))
    await compare(hub)
    expect(await has()).toEqual(github())
    const { read } = hub.store
    expect(await findProgress(read, { scope: 'repo:1', resource: 'reconciliation' })).toMatchObject({
      ...{ state: 'done', healed: 8 },
    })
    expect(await listSyncProgress(read, { userId: hub.userId })).toContainEqual(
      expect.objectContaining({ resource: 'issues', healed: 1 }),
    )
    expect(hub.healed).toContainEqual({ kind: 'issue', changed: 0, gone: 1 })
  })

  it('is found when everything is compared: what has another name', async () => {
    await using hub = await startMirrorOfOne()
    const { planted } = hub
    const named = (label: string, login: string) =>
      issues(1, 3).map((issue) => ({
        ...issue,
        labels: [{ id: 1, name: label, color: 'ff0000' }],
        user: { login, id: 5, avatar_url: null },
        html_url: `https://github.example/acme/${label}/issues/${issue.number}`,
      }))
    planted.issues = named('bug', 'mona')
    await hub.run(syncAccountTask(hub.userId))
    hub.advance(3_600_000)
    planted.issues = named('defect', 'lisa')
    await hub.deliver({
      event: 'label',
      payload: {
        ...{ action: 'edited', changes: { name: { from: 'bug' } }, label: { id: 1, name: 'defect' } },
        ...{ repository: planted.repository, sender: { id: 1, login: 'mona' } },
      },
    })
    expect(await stored(hub, 'issue', 'labels')).toMatchObject(Array(3).fill([{ name: 'defect' }]))
    expect(await stored(hub, 'issue', 'user')).toMatchObject(Array(3).fill({ login: 'lisa' }))
    expect((await stored(hub, 'issue', 'html_url'))[0]).toContain('/acme/defect/')
  })

  it('costs no quota where nothing changed', async () => {
    await using hub = await startMirrorOfOne()
    const { planted, github } = hub
    planted.issues = issues(1, 250)
    planted.commits = line('c', 150)
    planted.labels = [{ id: 1, name: 'bug', color: 'ff0000' }]
    await hub.run(syncAccountTask(hub.userId))
    hub.advance(3_600_000)
    github.charged = 0
    await compare(hub)
    expect(github.charged).toBe(0)
    expect(await findProgress(hub.store.read, { scope: 'repo:1', resource: 'reconciliation' })).toMatchObject(
      {
        healed: 0,
      },
    )
  })

  it('is read whatever GitHub says did not change, where somebody asks for everything', async () => {
    await using hub = await startMirrorOfOne()
    const { planted } = hub
    planted.issues = issues(1, 120)
    await hub.run(syncAccountTask(hub.userId))
    await hub.store.write((tx) => tx.deleteFrom('issues').where('number', '=', 7).execute())
    await compare(hub)
    expect(await stored(hub, 'issue', 'number')).toHaveLength(119)
    await hub.run(syncAccountTask(hub.userId, { everything: true }))
    expect(await stored(hub, 'issue', 'number')).toHaveLength(120)
  })

  it('is not taken for gone while news of it is younger than the list', async () => {
    await using hub = await startMirrorOfOne()
    const { planted, github } = hub
    planted.issues = issues(1, 3)
    await hub.run(syncAccountTask(hub.userId))
    hub.advance(3_600_000)
    const young = issueOf(9, { updated_at: new Date(Date.now() + 60_000).toISOString() })
    await hub.deliver({
      event: 'issues',
      payload: {
        ...{ action: 'opened', issue: young },
        ...{ repository: planted.repository, sender: { id: 1, login: 'mona' } },
      },
    })
    planted.issues = issues(1, 2)
    github.asked.length = 0
    await compare(hub)
    expect(await stored(hub, 'issue', 'number')).toEqual([1, 2, 9])
  })
})

describe('a name that another repository has now', () => {
  const plantNamesake = ({ github }: MirrorOfOne) => {
    const other = plantRepository({ id: 2, name: 'hello' }, { mona: 'admin' })
    other.issues = [issueOf(9, { title: 'Of the other' })]
    github.repositories.push(other)
  }

  it('brings nothing of that one into the rows of the renamed one', async () => {
    await using hub = await startMirrorOfOne()
    const { planted } = hub
    planted.issues = issues(1, 2)
    await hub.run(syncAccountTask(hub.userId))
    Object.assign(planted.repository, {
      name: 'home',
      full_name: 'acme/home',
      updated_at: new Date().toISOString(),
    })
    plantNamesake(hub)
    planted.issues = issues(1, 3)
    await compare(hub)
    expect(await stored(hub, 'issue', 'number')).toEqual([1, 2, 3])
    expect((await hub.changes('sync.progress')).at(-1)).toMatchObject({ full_name: 'acme/home' })
  })

  it('brings nothing of that one into the rows of the deleted one', async () => {
    await using hub = await startMirrorOfOne()
    hub.planted.issues = issues(1, 2)
    await hub.run(syncAccountTask(hub.userId))
    hub.github.repositories.length = 0
    plantNamesake(hub)
    hub.advance(1000)
    await hub.run(syncRepositoryTask(1))
    expect(await stored(hub, 'issue', 'number')).toEqual([1, 2])
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([2])
  })
})

describe('the history of the default branch', () => {
  const branch = (sha: string) => ({ name: 'main', commit: { sha }, protected: false })

  it.each(dialects)('is the same as at GitHub after all that no webhook told of (%s)', async (dialect) => {
    await using hub = await startMirrorOfOne({ dialect })
    const { planted } = hub
    const same = async () =>
      expect(await stored(hub, 'commit', 'sha')).toEqual(sorted(planted.commits.map(({ sha }) => sha)))
    // GitHub's list of repositories tells that there was a push, and nothing else of it.
    const pushed = async () => {
      hub.advance(3_600_000)
      planted.repository.pushed_at = new Date(hub.deps.clock()).toISOString()
      await hub.run(syncAccountTask(hub.userId))
      await same()
    }
    planted.commits = line('a', 230)
    planted.branches = [branch('a230')]
    await hub.run(syncAccountTask(hub.userId))
    await same()

    // A branch that is months older than the last sync is merged, the work on it one of two pages.
    const old = line('old', 120, { from: -200_000, after: 'a1' })
    planted.commits = [commitOf('merge', 5000, 'a230', 'old120'), ...planted.commits, ...old]
    await pushed()

    // A push throws some of it away.
    planted.commits = [commitOf('b', 6000, 'a200'), ...line('a', 200)]
    await pushed()

    // Another branch becomes the default one.
    planted.commits = line('other', 130)
    await pushed()
  })

  it('holds the rest of a push that tells only a part of its commits', async () => {
    await using hub = await startMirrorOfOne()
    const { planted } = hub
    planted.commits = line('a', 3)
    await hub.run(syncAccountTask(hub.userId))
    planted.commits = line('a', 2197)
    const pushed = numbers(4, 2051).map((index) => ({
      ...{ id: `a${index}`, message: `a${index}`, timestamp: day(index) },
      author: { name: 'Mona', username: 'mona' },
    }))
    await hub.deliver({
      event: 'push',
      payload: {
        ...{ ref: 'refs/heads/main', before: 'a3', after: 'a2197', forced: false, deleted: false },
        ...{ commits: pushed, head_commit: null, sender: { id: 1, login: 'mona' } },
        repository: { ...planted.repository, pushed_at: Math.floor(Date.now() / 1000) },
      },
    })
    expect(await stored(hub, 'commit', 'sha')).toHaveLength(2197)
    // Those that came in short form are whole now.
    expect(
      (await stored(hub, 'commit', 'parents')).filter((parents) => (parents as []).length === 0),
    ).toHaveLength(1)
  })

  it('goes on where it was interrupted', async () => {
    await using hub = await startMirrorOfOne()
    const { planted, github } = hub
    planted.commits = line('a', 450)
    github.instead(/commits\?page=3/, (_, response) => send(response, 429, {}, { 'retry-after': '60' }), 1)
    await hub.run(syncAccountTask(hub.userId))
    expect(await stored(hub, 'commit', 'sha')).toHaveLength(200)
    const before = github.asked.length
    hub.advance(61_000)
    await hub.run()
    expect(await stored(hub, 'commit', 'sha')).toHaveLength(450)
    const commits = github.asked.slice(before).filter(({ path }) => /\/commits\?/.test(path))
    expect(commits.length).toBeLessThanOrEqual(5)
  })
})
