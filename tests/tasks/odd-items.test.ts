import { describe, expect, it } from 'vitest'
import { syncAccountTask, syncRepositoryTask, tidyMirrorTask } from '../../src/domain/mirror/sync-tasks.ts'
import { listActionsRuns } from '../../src/store/actions.ts'
import { listCommits } from '../../src/store/commits.ts'
import { loadDelivery } from '../../src/store/deliveries.ts'
import { listIssues } from '../../src/store/issues.ts'
import { listSetAside } from '../../src/store/set-aside.ts'
import { listSyncProgress } from '../../src/store/sync-progress.ts'
import { exampleOf, issueOf, type PlantedRepository, plantRepository } from '../support/github-server.ts'
import { connect } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

type Json = Record<string, unknown>

const person = { name: 'Mona', email: 'mona@github.example', date: '2026-01-01T00:00:00Z' }
const commitOf = (sha: string, more: Json = {}) => ({
  sha,
  commit: { message: sha, author: person, committer: person, ...more },
  parents: [{ sha: 'parent' }],
  html_url: '',
})

/** What of a page is odd, and how many of its things are mirrored all the same. */
const oddLists: [string, keyof PlantedRepository, Json[], { kept: number; reason: RegExp | null }][] = [
  [
    'a commit with neither author nor committer',
    'commits',
    [commitOf('a'), commitOf('b', { author: null, committer: null }), commitOf('c')],
    { kept: 2, reason: /`list\[1\]\.commit\.(author|committer)`/ },
  ],
  [
    'a commit whose author has no date',
    'commits',
    [commitOf('a'), commitOf('b', { author: { ...person, date: null } })],
    { kept: 2, reason: null },
  ],
  [
    'a commit of which no date is known',
    'commits',
    [commitOf('a'), commitOf('b', { author: { ...person, date: null }, committer: null })],
    { kept: 1, reason: /date/ },
  ],
  [
    'an issue whose label is only a name',
    'issues',
    [issueOf(1, { labels: ['bug'] })],
    { kept: 1, reason: null },
  ],
  ['an issue with a null assignee', 'issues', [issueOf(1, { assignees: [null] })], { kept: 1, reason: null }],
  [
    'an issue whose id is beyond 2^53',
    'issues',
    [issueOf(1), issueOf(2, { id: 2 ** 53 + 2 }), issueOf(3)],
    { kept: 2, reason: /`list\[1\]\.id` should be a whole number/ },
  ],
  [
    'an issue that was changed at no time',
    'issues',
    [issueOf(2, { updated_at: null }), issueOf(1)],
    { kept: 1, reason: /updated_at/ },
  ],
  [
    'an entry that is a text',
    'issues',
    ['what?' as never, issueOf(1)],
    { kept: 1, reason: /should be an object/ },
  ],
  ['an entry that is null', 'issues', [null as never, issueOf(1)], { kept: 1, reason: null }],
  [
    'a run without a number',
    'runs',
    [1, 2].map((id) => ({
      ...exampleOf('workflow_run', 'workflow_run'),
      id,
      ...(id === 1 && { run_number: null }),
    })),
    { kept: 1, reason: /run_number/ },
  ],
]

describe('a list', () => {
  it.each(oddLists)('with %s goes on', async (_, list, items, { kept, reason }) => {
    const comment = {
      ...exampleOf('issue_comment', 'comment'),
      issue_url: 'https://api.github.example/repos/acme/hello/issues/1',
    }
    await using hub = await connect({
      plant(planted) {
        ;(planted[list] as Json[]).push(...items)
        planted.comments.push(comment)
      },
    })
    const { read } = hub.store

    const at = { userId: hub.userId, repositoryId: 1, limit: 100 }
    const lists = { issues: listIssues, commits: listCommits, runs: listActionsRuns }
    expect((await lists[list as keyof typeof lists](read, at)).items).toHaveLength(kept)
    const aside = (await listSetAside(read, { userId: hub.userId, limit: 10 })).items
    expect(aside.map((item) => item.reason)).toEqual(reason ? [expect.stringMatching(reason)] : [])
    const progress = await listSyncProgress(read, { userId: hub.userId })
    expect(progress.filter(({ state }) => state !== 'done')).toEqual([])
    expect(progress.reduce((sum, { set_aside }) => sum + set_aside, 0)).toBe(reason ? 1 : 0)
    expect(progress.find(({ resource }) => resource === 'comments')).toMatchObject({ done: 1 })
    expect(hub.setAside).toHaveLength(reason ? 1 : 0)
  })

  it('of repositories with one that is odd lists the others', async () => {
    await using hub = await connect()
    hub.github.repositories.push(
      plantRepository({ id: 2, name: 'odd', created_at: 'once' }, { mona: 'admin' }),
      plantRepository({ id: 3, name: 'third' }, { mona: 'admin' }),
    )
    await hub.run(syncAccountTask(hub.userId))
    const progress = await listSyncProgress(hub.store.read, { userId: hub.userId })
    expect(progress.find(({ resource }) => resource === 'repositories')).toMatchObject({
      state: 'done',
      done: 3,
      set_aside: 1,
    })
    const read = progress.filter(({ resource, state }) => resource === 'repository' && state === 'done')
    expect(read.map(({ repository }) => repository).sort()).toEqual(['acme/hello', 'acme/third'])
  })
})

describe.each(dialects)('what is set aside on %s', (dialect) => {
  it('is kept once with what came, and taken in when a sync finds it right', async () => {
    const now = new Date().toISOString()
    const odd = issueOf(1, { title: 7, body: 'x'.repeat(100_000), updated_at: now })
    await using hub = await connect({ dialect, plant: ({ issues }) => issues.push(odd) })
    const { read } = hub.store
    const page = { userId: hub.userId, limit: 10 }
    // Another text, as a list that is the same as before is not sent again.
    hub.planted.issues.splice(0, 1, { ...odd, body: 'y'.repeat(100_000) })
    await hub.run(syncRepositoryTask(1))
    const [aside] = (await listSetAside(read, page)).items
    expect(aside).toMatchObject({
      repository: 'acme/hello',
      kind: 'issue',
      key: '100001',
      source: 'sync',
      times: 2,
      cut: true,
      reason: expect.stringContaining('title'),
    })
    expect(aside?.raw).toHaveLength(64 * 1024)

    hub.planted.issues.splice(0, 1, issueOf(1, { updated_at: now }))
    await hub.run(syncRepositoryTask(1))
    expect((await listSetAside(read, page)).items).toEqual([])
    expect((await listIssues(read, { ...page, repositoryId: 1 })).items).toHaveLength(1)
  })

  it('is read again when its reading has learnt something', async () => {
    await using hub = await connect({
      dialect,
      plant: ({ issues }) => issues.push(issueOf(1, { title: 7 }), issueOf(2, { title: 8 })),
    })
    const { read } = hub.store
    const page = { userId: hub.userId, limit: 10 }
    const { items } = await listSetAside(read, page)
    expect(items).toHaveLength(2)
    // As an earlier version would have left them: one that it could not read and this one can.
    await hub.store.write(async (tx) => {
      await tx.updateTable('set_aside').set({ version: 'before' }).execute()
      await tx
        .updateTable('set_aside')
        .set({ raw: JSON.stringify(issueOf(1)) })
        .where('key', '=', '100001')
        .execute()
    })
    await hub.run(tidyMirrorTask())
    expect((await listSetAside(read, page)).items).toMatchObject([{ key: '100002' }])
    expect((await listIssues(read, { ...page, repositoryId: 1 })).items).toMatchObject([{ number: 1 }])
  })
})

describe('a delivery', () => {
  it('with an odd commit applies the push and the other commits', async () => {
    await using hub = await connect()
    const commits = ['a', null, 'c'].map((id) => ({
      id,
      message: 'm',
      timestamp: person.date,
      author: person,
    }))
    await hub.deliver({
      event: 'push',
      payload: {
        ref: 'refs/heads/main',
        before: '0',
        after: 'c',
        deleted: false,
        forced: false,
        commits,
        repository: hub.planted.repository,
        sender: hub.mona,
      },
    })
    const at = { userId: hub.userId, repositoryId: 1, limit: 10 }
    expect((await listCommits(hub.store.read, at)).items.map(({ sha }) => sha)).toEqual(['c', 'a'])
    expect(await hub.changes('push')).toMatchObject([{ count: 3, commits: [{ sha: 'a' }, { sha: 'c' }] }])
    expect((await listSetAside(hub.store.read, at)).items).toMatchObject([
      { kind: 'commit', source: 'delivery', reason: expect.stringContaining('commits[1].id') },
    ])
  })

  it('whose subject is odd fails alone, is set aside, and is applied once its reading has learnt it', async () => {
    await using hub = await connect()
    const { read } = hub.store
    const about = (issue: Json) => ({
      event: 'issues',
      payload: { action: 'opened', issue, repository: hub.planted.repository, sender: hub.mona },
    })
    const [odd = ''] = await hub.deliver(about(issueOf(1, { title: null })), about(issueOf(2)))
    const page = { userId: hub.userId, limit: 10 }
    expect(await loadDelivery(read, odd)).toMatchObject({ state: 'failed' })
    expect((await listSetAside(read, page)).items).toMatchObject([
      { kind: 'issue', key: '100001', source: 'delivery', delivery_id: odd },
    ])
    expect((await listIssues(read, { ...page, repositoryId: 1 })).items).toMatchObject([{ number: 2 }])

    const body = Buffer.from(JSON.stringify(about(issueOf(1)).payload))
    await hub.store.write(async (tx) => {
      await tx.updateTable('set_aside').set({ version: 'before' }).execute()
      const { seq } = (await loadDelivery(tx, odd))!
      await tx.updateTable('delivery_bodies').set({ body }).where('delivery_seq', '=', seq).execute()
    })
    await hub.run(tidyMirrorTask())
    expect(await loadDelivery(read, odd)).toMatchObject({ state: 'applied' })
    expect((await listSetAside(read, page)).items).toEqual([])
  })
})
