import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { syncRepositoryTask, tidyMirrorTask } from '../../src/domain/mirror/sync-tasks.ts'
import { kindNamed } from '../../src/mirror/kinds.ts'
import { listBranches } from '../../src/store/branches.ts'
import { listComments } from '../../src/store/comments.ts'
import { listIssues } from '../../src/store/issues.ts'
import { listItems } from '../../src/store/plain-lists.ts'
import { getRepository } from '../../src/store/repositories.ts'
import { listReviews } from '../../src/store/reviews.ts'
import { exampleOf, issueOf, send } from '../support/github-server.ts'
import { connect, type MirrorOfOne } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

type Json = Record<string, unknown>
type Webhook = { event: string; payload: Json }

const minute = (minutes: number) => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString()

/** Webhooks about one thing in the order in which they happened; at the end the thing is gone. */
const lives = {
  issue: (about: Json): Webhook[] =>
    ['opened', 'edited', 'labeled', 'deleted'].map((action, at) => ({
      event: 'issues',
      payload: { action, issue: issueOf(1, { updated_at: minute(at) }), ...about },
    })),
  'transferred issue': (about: Json): Webhook[] =>
    ['opened', 'edited', 'transferred'].map((action, at) => ({
      event: 'issues',
      payload: { action, issue: issueOf(1, { updated_at: minute(at) }), ...about },
    })),
  'comment of an issue': (about: Json): Webhook[] =>
    ['created', 'edited', 'deleted'].map((action, at) => ({
      event: 'issue_comment',
      payload: { action, issue: issueOf(2), comment: commentOf(71, minute(at)), ...about },
    })),
  'comment of a deleted issue': (about: Json): Webhook[] => [
    ...['created', 'edited'].map((action, at) => ({
      event: 'issue_comment',
      payload: { action, issue: issueOf(3), comment: commentOf(72, minute(at)), ...about },
    })),
    { event: 'issues', payload: { action: 'deleted', issue: issueOf(3), ...about } },
  ],
  branch: (about: Json): Webhook[] =>
    [false, false, true].map((deleted, at) => push('topic', { deleted, at, about })),
  milestone: (about: Json): Webhook[] =>
    ['created', 'edited', 'closed', 'deleted'].map((action, at) => ({
      event: 'milestone',
      payload: {
        action,
        milestone: { ...exampleOf('milestone', 'milestone'), number: 5, updated_at: minute(at) },
        ...about,
      },
    })),
}

function commentOf(id: number, updated_at: string): Json {
  return { ...exampleOf('issue_comment', 'comment'), id, updated_at }
}

function push(name: string, { deleted, at, about }: { deleted: boolean; at: number; about: Json }): Webhook {
  const sha = (n: number) => String(n).repeat(40)
  return {
    event: 'push',
    payload: {
      ref: `refs/heads/${name}`,
      before: sha(at),
      after: deleted ? sha(0) : sha(at + 1),
      deleted,
      forced: false,
      commits: [],
      ...about,
      repository: { ...(about.repository as Json), pushed_at: minute(at) },
    },
  }
}

async function left(hub: MirrorOfOne) {
  const { read } = hub.store
  const page = { userId: hub.userId, repositoryId: 1, limit: 50 }
  const comments = await Promise.all(
    [1, 2, 3].map((issueNumber) => listComments(read, { ...page, issueNumber })),
  )
  return {
    issues: (await listIssues(read, { ...page, state: 'all' })).items.map(({ number }) => number),
    comments: comments.flatMap(({ items }) => items.map(({ id }) => id)),
    branches: (await listBranches(read, page)).items.map(({ name }) => name),
    milestones: (await listItems(read, kindNamed('milestone')!, page)).items,
    open: (await getRepository(read, { userId: hub.userId, fullName: 'acme/hello' }))?.open_issues,
  }
}

describe.each(dialects)('what was deleted on %s', (dialect) => {
  it('stays so, in whatever order its webhooks come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await using hub = await connect({ dialect })
        const about = { repository: hub.planted.repository, sender: hub.mona }
        const webhooks = Object.values(lives).flatMap((life) => life(about))
        const order = shuffled(webhooks, seed)
        for (const webhook of order) await hub.deliver(webhook)
        // Of the issue that was commented on and not deleted, the webhooks of its comment tell.
        expect(await left(hub)).toEqual({ issues: [2], comments: [], branches: [], milestones: [], open: 1 })
        const states = await hub.store.read.selectFrom('deliveries').select('state').execute()
        expect(states.filter(({ state }) => state === 'failed')).toEqual([])
      }),
      { numRuns: dialect === 'sqlite' ? 4 : 1 },
    )
  }, 120_000)
})

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.sin(seed + index * 7919) }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

describe('a page that was on its way', () => {
  it('while something was deleted does not bring it back', async () => {
    await using hub = await connect()
    const about = { repository: hub.planted.repository, sender: hub.mona }
    hub.planted.issues.push(issueOf(1), issueOf(2))
    hub.planted.comments.push({
      ...commentOf(71, minute(1)),
      issue_url: 'https://api.github.example/repos/acme/hello/issues/1',
    })
    const deliveries: Promise<unknown>[] = []
    const pages = {
      'GET .*/issues\\?': hub.planted.issues,
      'GET .*/comments': hub.planted.comments,
      'GET .*/branches': [{ name: 'topic', commit: { sha: '2' } }],
    }
    for (const [matching, page] of Object.entries(pages)) {
      hub.github.instead(
        new RegExp(matching),
        async (_, response) => {
          const applied = Promise.withResolvers<void>()
          const off = hub.deps.events.on('delivery.applied', () => applied.resolve())
          const webhook = matching.includes('branches')
            ? {
                event: 'push',
                payload: {
                  ...push('topic', { deleted: true, at: 2, about }).payload,
                  repository: {
                    ...hub.planted.repository,
                    pushed_at: new Date(Date.now() + 2_000).toISOString(),
                  },
                },
              }
            : { event: 'issues', payload: { action: 'deleted', issue: issueOf(1), ...about } }
          deliveries.push(hub.deliver(webhook))
          await applied.promise
          off()
          send(response, 200, page)
        },
        1,
      )
    }
    await hub.run(syncRepositoryTask(1))
    await Promise.all(deliveries)
    expect(await left(hub)).toMatchObject({ issues: [2], comments: [], branches: [], open: 1 })
  })
})

describe('what comes after a deletion', () => {
  it('is there: a branch of the same name, an issue of another number, and what a complete list shows', async () => {
    await using hub = await connect()
    const about = { repository: hub.planted.repository, sender: hub.mona }
    await hub.deliver(
      push('topic', { deleted: false, at: 1, about }),
      push('topic', { deleted: true, at: 2, about }),
    )
    await hub.deliver({ event: 'issues', payload: { action: 'deleted', issue: issueOf(1), ...about } })
    await hub.deliver(push('topic', { deleted: false, at: 3, about }))
    await hub.deliver({ event: 'issues', payload: { action: 'opened', issue: issueOf(4), ...about } })
    expect(await left(hub)).toMatchObject({ branches: ['topic'], issues: [4], open: 1 })

    await hub.deliver(push('topic', { deleted: true, at: 4, about }))
    hub.planted.branches.push({ name: 'topic', commit: { sha: 'made again' } })
    hub.planted.issues.push(issueOf(4))
    await hub.run(syncRepositoryTask(1))
    expect(await left(hub)).toMatchObject({ branches: ['topic'], issues: [4] })
  })

  it('and is of a branch that was made anew within the same second is told by where it stands', async () => {
    await using hub = await connect()
    const about = { repository: hub.planted.repository, sender: hub.mona }
    const at = (webhook: Webhook): Webhook => ({
      ...webhook,
      payload: { ...webhook.payload, repository: { ...hub.planted.repository, pushed_at: minute(9) } },
    })
    await hub.deliver(at(push('topic', { deleted: true, at: 1, about })))
    await hub.deliver(at(push('topic', { deleted: false, at: 0, about })))
    expect((await left(hub)).branches).toEqual([])
    await hub.deliver(at(push('topic', { deleted: false, at: 5, about })))
    expect((await left(hub)).branches).toEqual(['topic'])
  })

  it('a dismissed review stays dismissed, whenever its submission comes', async () => {
    await using hub = await connect()
    const pull_request = { ...exampleOf('pull_request', 'pull_request'), number: 9 }
    const review = { ...exampleOf('pull_request_review', 'review'), id: 5 }
    const told = (action: string, state: string, body: string) => ({
      event: 'pull_request_review',
      payload: {
        action,
        review: { ...review, state, body },
        pull_request,
        repository: hub.planted.repository,
        sender: hub.mona,
      },
    })
    const reviews = async () => {
      const page = { userId: hub.userId, repositoryId: 1, pullNumber: 9, limit: 10 }
      return (await listReviews(hub.store.read, page)).items
    }
    await hub.deliver(told('edited', 'approved', 'second thoughts'))
    await hub.deliver(told('submitted', 'approved', 'first thoughts'))
    expect(await reviews()).toMatchObject([{ body: 'second thoughts' }])
    await hub.deliver(told('dismissed', 'dismissed', 'second thoughts'))
    await hub.deliver(told('submitted', 'approved', 'first thoughts'))
    expect(await reviews()).toMatchObject([{ state: 'DISMISSED' }])
  })

  it('is forgotten after a month', async () => {
    await using hub = await connect()
    const about = { repository: hub.planted.repository, sender: hub.mona }
    await hub.deliver({ event: 'issues', payload: { action: 'deleted', issue: issueOf(1), ...about } })
    const tombstones = () => hub.store.read.selectFrom('tombstones').selectAll().execute()
    await hub.run(tidyMirrorTask())
    expect(await tombstones()).toHaveLength(1)
    hub.advance(31 * 24 * 3_600_000)
    await hub.run(tidyMirrorTask())
    expect(await tombstones()).toEqual([])
  })
})
