import { describe, expect, it } from 'vitest'
import { kindNamed } from '../../src/mirror/kinds.ts'
import { getIssue } from '../../src/store/issues.ts'
import { listItems } from '../../src/store/plain-lists.ts'
import { getPullRequest } from '../../src/store/pull-requests.ts'
import { exampleOf, examples, issueOf } from '../support/github-server.ts'
import { compare, connect, type MirrorOfOne } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

type Json = Record<string, unknown>

const minute = (minutes: number) => `2026-01-01T00:${String(minutes).padStart(2, '0')}:00Z`
const about = (hub: MirrorOfOne) => ({ repository: hub.planted.repository, sender: hub.mona })

async function listed(hub: MirrorOfOne, kind: string, under?: { column: string; value: number | string }) {
  const page = { userId: hub.userId, repositoryId: 1, limit: 100, under }
  return (await listItems(hub.store.read, kindNamed(kind)!, page)).items
}
const ofPull = { column: 'pull_number', value: 2 }

describe.each(dialects)('what is said on lines on %s', (dialect) => {
  const commentOf = (id: number, more: Json = {}): Json => ({
    ...exampleOf('pull_request_review_comment', 'comment'),
    id,
    updated_at: minute(id),
    ...more,
  })

  it('is read for a whole repository, told by webhooks, and settled by its thread', async () => {
    await using hub = await connect({
      dialect,
      plant: ({ others }) =>
        others.set('pulls/comments', [commentOf(1, { line: 7, reactions: { total_count: 2, '+1': 2 } })]),
    })
    expect(await listed(hub, 'review_comment', ofPull)).toMatchObject([
      { id: 1, pull_number: 2, path: 'README.md', line: 7, reactions: { '+1': 2 } },
    ])
    const pull_request = exampleOf('pull_request_review_comment', 'pull_request')
    const told = (action: string, comment: Json) => ({
      event: 'pull_request_review_comment',
      payload: { action, comment, pull_request, ...about(hub) },
    })
    await hub.deliver(told('created', commentOf(2, { in_reply_to_id: 1, body: 'Because' })))
    await hub.deliver(told('edited', commentOf(1, { body: 'Why?', updated_at: minute(9) })))
    // What the webhook leaves out stays as it was read.
    expect(await listed(hub, 'review_comment', ofPull)).toMatchObject([
      { id: 2, in_reply_to_id: 1 },
      { id: 1, body: 'Why?', reactions: { '+1': 2 } },
    ])

    const settled = (action: string, updated_at: string) => ({
      event: 'pull_request_review_thread',
      payload: {
        action,
        updated_at,
        thread: { node_id: 'T', comments: [commentOf(1), commentOf(2, { in_reply_to_id: 1 })] },
        pull_request,
        ...about(hub),
      },
    })
    await hub.deliver(settled('unresolved', minute(21)), settled('resolved', minute(20)))
    expect(await listed(hub, 'review_thread', ofPull)).toMatchObject([
      { id: 1, node_id: 'T', resolved: false },
    ])
    await hub.deliver(settled('resolved', minute(22)))
    expect(await listed(hub, 'review_thread', ofPull)).toMatchObject([{ id: 1, resolved: true }])
    expect(await hub.changes('review_thread.updated')).toMatchObject([
      { review_thread: { resolved: false } },
      { review_thread: { resolved: false } },
      { review_thread: { resolved: true } },
    ])

    await hub.deliver(told('deleted', commentOf(1)))
    expect(await listed(hub, 'review_comment', ofPull)).toMatchObject([{ id: 2 }])
    expect(await listed(hub, 'review_thread', ofPull)).toEqual([])
    expect(await hub.changes('review_comment.removed')).toMatchObject([{ id: 1 }])
  })
})

describe.each(dialects)('releases and tags on %s', (dialect) => {
  const releaseOf = (id: number, more: Json = {}): Json => ({
    ...exampleOf('release', 'release'),
    id,
    tag_name: `v${id}`,
    updated_at: minute(id),
    ...more,
  })

  it('are read to their end, told, withdrawn and published again, and never shown as drafts', async () => {
    await using hub = await connect({
      dialect,
      plant: ({ others }) => others.set('releases', [releaseOf(2, { draft: true }), releaseOf(1)]),
    })
    const tags = async () =>
      (await listed(hub, 'release')).map((item) => (item as { tag_name: string }).tag_name)
    expect(await tags()).toEqual(['v1'])
    const told = (action: string, release: Json) => ({
      event: 'release',
      payload: { action, release, ...about(hub) },
    })
    await hub.deliver(told('created', releaseOf(3, { draft: true })))
    await hub.deliver(told('published', releaseOf(2)))
    expect(await tags()).toEqual(['v2', 'v1'])
    await hub.deliver(told('unpublished', releaseOf(2, { draft: true, updated_at: minute(5) })))
    await hub.deliver(told('edited', releaseOf(2, { updated_at: minute(4) })))
    expect(await tags()).toEqual(['v1'])
    await hub.deliver(told('published', releaseOf(2, { updated_at: minute(6) })))
    expect(await tags()).toEqual(['v2', 'v1'])
    expect(await hub.changes('release.removed')).toMatchObject([{ action: 'unpublished', id: 2 }])
  })

  it('a tag stands where the last push put it, and goes with its deletion or from the list', async () => {
    const tagOf = (name: string, sha: string): Json => ({ name, commit: { sha } })
    await using hub = await connect({
      dialect,
      plant: ({ others }) => others.set('tags', [tagOf('v1', 'a'.repeat(40))]),
    })
    const stands = async () =>
      (await listed(hub, 'tag')).map((item) => {
        const { name, sha } = item as { name: string; sha: string }
        return `${name} ${sha[0]}`
      })
    const at = (minutes: number) => ({
      repository: { ...hub.planted.repository, pushed_at: Date.parse('2030-01-01') / 1000 + minutes * 60 },
      sender: hub.mona,
    })
    const [push] = examples.find(({ name }) => name === 'push')!.examples
    const pushed = (name: string, sha: string, minutes: number, more: Json = {}) => ({
      event: 'push',
      payload: {
        ...push,
        ref: `refs/tags/${name}`,
        after: sha.repeat(40),
        head_commit: null,
        ...more,
        ...at(minutes),
      },
    })
    await hub.deliver(pushed('v2', 'b', 3), pushed('v1', 'c', 2), pushed('v1', 'd', 1))
    expect(await stands()).toEqual(['v2 b', 'v1 c'])
    const gone = { event: 'delete', payload: { ref: 'v2', ref_type: 'tag', ...at(4) } }
    await hub.deliver(gone, pushed('v2', 'b', 3))
    expect(await stands()).toEqual(['v1 c'])
    expect(await hub.changes('tag.removed')).toMatchObject([{ id: 'v2' }])
    await hub.deliver({ event: 'delete', payload: { ref: 'topic', ref_type: 'branch', ...at(5) } })
    await hub.deliver(pushed('v2', 'e', 6))
    expect(await stands()).toEqual(['v2 e', 'v1 c'])
  })
})

describe.each(dialects)('pull requests and issues on %s', (dialect) => {
  it('keep what a list leaves out, and know who is asked and how they merge', async () => {
    const whole = exampleOf('pull_request', 'pull_request')
    const { mergeable_state: _, additions: __, deletions: ___, changed_files: ____, ...simple } = whole
    await using hub = await connect({ dialect })
    const found = async () =>
      await getPullRequest(hub.store.read, { userId: hub.userId, repositoryId: 1, number: 2 })
    await hub.deliver({
      event: 'pull_request',
      payload: {
        action: 'auto_merge_enabled',
        pull_request: {
          ...whole,
          mergeable_state: 'blocked',
          requested_teams: [{ id: 1, name: 'Docs', slug: 'docs' }],
          auto_merge: { merge_method: 'squash', enabled_by: hub.mona },
          milestone: { ...exampleOf('milestone', 'milestone'), title: 'v1' },
          updated_at: minute(1),
        },
        ...about(hub),
      },
    })
    const told = {
      mergeable_state: 'blocked',
      requested_teams: ['Docs'],
      auto_merge: { merge_method: 'squash', enabled_by: 'mona' },
      milestone: 'v1',
      changed_files: 1,
    }
    expect(await found()).toMatchObject(told)
    hub.planted.pulls.push({ ...simple, updated_at: '2031-01-01T00:00:00Z', locked: true })
    await compare(hub)
    expect(await found()).toMatchObject({
      locked: true,
      mergeable_state: 'blocked',
      changed_files: 1,
      auto_merge: null,
      requested_teams: [],
    })
  })

  it('an issue knows its type, its parts and whether it is pinned, whatever comes after', async () => {
    await using hub = await connect({ dialect })
    const found = async () =>
      await getIssue(hub.store.read, { userId: hub.userId, repositoryId: 1, number: 1 })
    const told = (action: string, minutes: number, more: Json = {}) => ({
      event: 'issues',
      payload: { action, issue: issueOf(1, { minutes, ...more }), ...about(hub) },
    })
    await hub.deliver(told('pinned', 1))
    await hub.deliver(
      told('typed', 2, {
        type: { id: 1, node_id: 'IT', name: 'Bug', description: null },
        sub_issues_summary: { total: 3, completed: 1, percent_completed: 33 },
        reactions: { total_count: 1, heart: 1 },
        active_lock_reason: 'resolved',
        locked: true,
      }),
    )
    expect(await found()).toMatchObject({
      pinned: true,
      type: 'Bug',
      locked: true,
      sub_issues: { total: 3, completed: 1 },
      reactions: { heart: 1 },
    })
    await hub.deliver(told('unpinned', 3))
    expect(await found()).toMatchObject({ pinned: false, sub_issues: { total: 3, completed: 1 }, type: null })
  })
})
