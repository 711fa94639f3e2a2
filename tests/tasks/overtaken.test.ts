import { describe, expect, it } from 'vitest'
import { syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { listBranches } from '../../src/store/branches.ts'
import { listCommits } from '../../src/store/commits.ts'
import { getIssue } from '../../src/store/issues.ts'
import { connect, issues, mona, repository, untilApplied } from '../support/delivering-hub.ts'
import { issueOf, send } from '../support/github-server.ts'

describe('a force push to the default branch', () => {
  it('brings the new history instead of the old', async () => {
    await using hub = await connect()
    const person = { name: 'Mona', email: 'mona@github.example', date: new Date().toISOString() }
    const commit = (sha: string, ...parents: string[]) => ({
      sha,
      commit: { message: sha, author: person, committer: person },
      parents: parents.map((parent) => ({ sha: parent })),
      html_url: '',
    })
    const [planted] = hub.github.repositories
    planted?.commits.push(commit('old-2', 'old-1'), commit('old-1'))
    const commits = async () => {
      const page = await listCommits(hub.store.read, { userId: hub.userId, repositoryId: 1, limit: 10 })
      return page.items.map(({ sha }) => sha)
    }
    const push = (forced: boolean) => ({
      event: 'push',
      payload: {
        ref: 'refs/heads/main',
        after: 'new-1',
        deleted: false,
        forced,
        commits: [],
        repository: { ...repository, pushed_at: Math.floor(Date.now() / 1000) },
        sender: mona,
      },
    })
    // Asked for by somebody who wants everything.
    await hub.run(syncAccountTask(hub.userId, { everything: true }))
    expect(await commits()).toEqual(['old-2', 'old-1'])

    planted?.commits.splice(0, 2, commit('new-1'))
    await hub.deliver(push(false))
    expect(await commits()).toEqual(['old-2', 'old-1'])
    await hub.deliver(push(true))
    expect(await commits()).toEqual(['new-1'])
  })
})

describe('a sync that was overtaken', () => {
  it('by webhooks does not undo what they told', async () => {
    await using hub = await connect()
    const [planted] = hub.github.repositories
    const at = { userId: hub.userId, repositoryId: 1 }
    planted?.issues.push(issueOf(1, { title: 'As listed' }))
    planted?.branches.push(
      { name: 'main', commit: { sha: 'as-listed' }, protected: true },
      { name: 'stale', commit: { sha: 'x' } },
    )
    const later = new Date(Date.now() + 5000).toISOString()
    const pushed = { ref: 'refs/heads/main', after: 'as-pushed', deleted: false, commits: [], sender: mona }
    const made = { ...pushed, ref: 'refs/heads/made', after: 'made' }
    const webhooks = [
      issues('edited', 1, { title: 'As told', minutes: 60 }),
      { event: 'push', payload: { ...pushed, repository: { ...repository, pushed_at: later } } },
      { event: 'push', payload: { ...made, repository: { ...repository, pushed_at: later } } },
    ]
    const delivering: Promise<unknown>[] = []
    // The lists are on their way when the webhooks come: they are answered as they were before.
    const answers = { 'GET .*/branches': planted?.branches, 'GET .*/issues\\?': planted?.issues }
    for (const [matching, answer] of Object.entries(answers)) {
      hub.github.instead(
        new RegExp(matching),
        async (_, response) => {
          const before = structuredClone(answer)
          const applied = untilApplied(hub, webhooks.length)
          delivering.push(
            hub.deliver(...webhooks.map((webhook, index) => ({ ...webhook, id: `guid-${index}` }))),
          )
          await applied
          send(response, 200, before)
        },
        1,
      )
    }
    await hub.run(syncRepositoryTask(1))
    await Promise.all(delivering)
    expect(await getIssue(hub.store.read, { ...at, number: 1 })).toMatchObject({ title: 'As told' })
    expect((await listBranches(hub.store.read, { ...at, limit: 10 })).items).toMatchObject([
      { name: 'made', sha: 'made' },
      { name: 'main', sha: 'as-pushed' },
      { name: 'stale', sha: 'x' },
    ])
  })
})
