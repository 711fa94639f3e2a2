import { describe, expect, it } from 'vitest'
import { exampleOf, issueOf, type Json, plantRepository } from '../support/github-server.ts'
import { openLookingHub } from '../support/looking-hub.ts'
import { dialects } from '../support/temp-store.ts'

const at = (minutes: number) => `2026-01-01T00:${String(minutes).padStart(2, '0')}:00Z`
const mona = { login: 'mona', id: 1, avatar_url: null }
const event = (name: string, minutes: number, more: Json = {}): Json => ({
  id: minutes,
  event: name,
  actor: mona,
  created_at: at(minutes),
  ...more,
})
const bug = { name: 'bug', color: 'd73a4a' }
const source = (name: string, isPrivate: boolean) => ({
  type: 'issue',
  issue: {
    ...issueOf(8, { title: 'Elsewhere' }),
    pull_request: { url: 'u' },
    repository: plantRepository({ id: 8, name, private: isPrivate }, {}).repository,
  },
})

describe.each(dialects)('what happened to an issue, on %s', (dialect) => {
  it('is read when it is looked at, and told by webhooks in the same words', async () => {
    await using hub = await openLookingHub({
      dialect,
      plant: ({ issues, others }) => {
        issues.push(issueOf(1, { minutes: 30 }))
        others.set('issues/1/timeline', [
          event('labeled', 1, { label: bug }),
          event('assigned', 2, { assignee: { login: 'ben' } }),
          event('renamed', 3, { rename: { from: 'Old', to: 'New' } }),
          event('commented', 4, { body: 'Kept as a comment' }),
          event('cross-referenced', 5, { id: undefined, source: source('open', false) }),
          event('cross-referenced', 6, { id: undefined, source: source('secret', true) }),
          event('referenced', 7, { commit_id: 'a'.repeat(40) }),
          event('review_requested', 8, { requested_team: { name: 'Docs' } }),
          { event: 'committed', sha: 'b'.repeat(40), message: 'Do it\n\nwell', committer: { date: at(9) } },
          event('something_new', 10),
        ])
      },
    })
    const { mirror } = hub
    const seen = async () =>
      (await hub.look('issues/1/timeline', hub.mona))
        .reverse()
        .map(({ event: name, detail }) => [name, detail])
    const read = [
      ['labeled', { label: bug }],
      ['assigned', { person: 'ben' }],
      ['renamed', { from: 'Old', to: 'New' }],
      [
        'cross-referenced',
        { source: { repository: 'acme/open', number: 8, title: 'Elsewhere', state: 'open', is_pull: true } },
      ],
      ['referenced', { commit: 'a'.repeat(40) }],
      ['review_requested', { team: 'Docs' }],
      ['committed', { commit: 'b'.repeat(40), message: 'Do it' }],
      ['something_new', {}],
    ]
    expect(hub.github.asked.filter(({ path }) => path.includes('timeline'))).toEqual([])
    expect(await seen()).toEqual(read)

    const told = (action: string, minutes: number, more: Json = {}, issue: Json = {}) => ({
      event: 'issues',
      payload: {
        action,
        issue: issueOf(1, { minutes, ...issue }),
        repository: mirror.planted.repository,
        sender: mona,
        ...more,
      },
    })
    await mirror.deliver(
      told('labeled', 31, { label: bug }),
      told('labeled', 1, { label: bug }), // which the list has told already
      told('closed', 32, {}, { state: 'closed', state_reason: 'not_planned' }),
      told('edited', 33, { changes: { body: { from: 'Other words' } } }),
      told('edited', 34, { changes: { title: { from: 'Older' } } }),
      told('pinned', 35),
      told('milestoned', 36, { milestone: exampleOf('milestone', 'milestone') }),
    )
    expect((await seen()).slice(read.length)).toEqual([
      ['labeled', { label: bug }],
      ['closed', { reason: 'not_planned' }],
      ['renamed', { from: 'Older', to: 'Issue 1' }],
      ['pinned', {}],
      ['milestoned', { milestone: expect.any(String) }],
    ])
    await mirror.deliver(told('deleted', 40))
    expect(await seen()).toEqual([])
  })

  it('of a pull request tells its merge once, and what a page asks for', async () => {
    await using hub = await openLookingHub({ dialect })
    const { mirror } = hub
    const pull = exampleOf('pull_request', 'pull_request')
    const told = (action: string, minutes: number, more: Json = {}, of: Json = {}) => ({
      event: 'pull_request',
      payload: {
        action,
        number: pull.number,
        pull_request: { ...pull, updated_at: at(minutes), ...of },
        repository: mirror.planted.repository,
        sender: mona,
        ...more,
      },
    })
    await mirror.deliver(
      told('review_requested', 1, { requested_reviewer: { login: 'ben', avatar_url: null } }),
      told('synchronize', 2),
      told('ready_for_review', 3),
      told('closed', 4, {}, { state: 'closed', merged_at: at(4), merge_commit_sha: 'c'.repeat(40) }),
    )
    const rows = await mirror.store.read
      .selectFrom('timeline_events' as never)
      .select(['event', 'detail'] as never)
      .orderBy('name' as never)
      .execute()
    expect(rows).toEqual([
      { event: 'review_requested', detail: '{"person":"ben"}' },
      { event: 'ready_for_review', detail: '{}' },
      { event: 'merged', detail: `{"commit":"${'c'.repeat(40)}"}` },
    ])
    await hub.look(`issues/${pull.number}/timeline`, hub.mona)
    const [asked] = hub.github.asked.filter(({ path }) => path.includes('timeline'))
    expect(asked?.path).toContain(`/repos/acme/hello/issues/${pull.number}/timeline`)
  })
})
