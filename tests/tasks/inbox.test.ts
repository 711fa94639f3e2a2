import { describe, expect, it } from 'vitest'
import { dropAccess, saveAccess } from '../../src/store/access.ts'
import { fillInbox } from '../../src/store/inbox/fill.ts'
import { changeInboxItem, countInbox, listInbox } from '../../src/store/inbox/inbox.ts'
import { exampleOf, issueOf } from '../support/github-server.ts'
import { connect } from '../support/mirror-of-one.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { dialects } from '../support/temp-store.ts'

type Json = Record<string, unknown>
const login = (name: string) => ({ login: name, id: 9, avatar_url: null })
const minutes = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * 60_000).toISOString()
const now = Date.UTC(2026, 1, 1)

async function openInbox(dialect: (typeof dialects)[number]) {
  const hub = await connect({ dialect })
  const { repository } = hub.planted as unknown as { repository: Json }
  const send = (event: string, action: string, more: Json) =>
    hub.deliver({ event, payload: { action, repository, sender: login('eve'), ...more } })
  const pull = (number: number, more: Json = {}) => ({
    ...exampleOf('pull_request', 'pull_request'),
    id: 500 + number,
    number,
    title: `Pull ${number}`,
    state: 'open',
    user: login('eve'),
    body: '',
    assignees: [],
    requested_reviewers: [],
    created_at: minutes(number),
    updated_at: minutes(number),
    ...more,
  })
  const issue = (number: number, more: Json = {}) =>
    issueOf(number, { user: login('eve'), body: '', assignees: [], ...more })
  const shown = async (place: 'inbox' | 'done' | 'snoozed' = 'inbox', at = now) => {
    const { items } = await listInbox(hub.store.read, { userId: hub.userId, place, now: at, limit: 50 })
    return items.map(
      ({ kind, number, reason, unread }) => `${kind} ${number} ${reason}${unread ? '' : ' (read)'}`,
    )
  }
  const change = (id: string, what: Parameters<typeof changeInboxItem>[1]['change'], userId = hub.userId) =>
    hub.store.write((tx) => changeInboxItem(tx, { userId, id, change: what, now }))
  return { ...hub, send, pull, issue, shown, change }
}

describe.each(dialects)('an inbox on %s', (dialect) => {
  it('has what asks something of its person, until nothing does', async () => {
    await using hub = await openInbox(dialect)
    const { send, pull, issue, shown } = hub
    await send('pull_request', 'opened', { pull_request: pull(1) })
    expect(await shown()).toEqual([])
    const asked = { requested_reviewers: [login('Mona')], updated_at: minutes(20) }
    await send('pull_request', 'review_requested', { pull_request: pull(1, asked) })
    await send('issues', 'assigned', { issue: issue(2, { assignees: [login('mona')], minutes: 21 }) })
    expect(await shown()).toEqual(['issue 2 assigned', 'pull_request 1 review_requested'])
    // Late news of before brings nothing back and takes nothing away.
    await send('pull_request', 'edited', { pull_request: pull(1, { updated_at: minutes(5) }) })
    expect(await shown()).toHaveLength(2)
    await send('pull_request', 'closed', {
      pull_request: pull(1, { ...asked, state: 'closed', updated_at: minutes(30) }),
    })
    await send('issues', 'unassigned', { issue: issue(2, { minutes: 31 }) })
    expect(await shown()).toEqual([])
    expect(await shown('done')).toEqual(['issue 2 assigned (read)', 'pull_request 1 review_requested (read)'])
  })

  it('tells of who called, answered, reviewed, and of runs that failed: not of what one did oneself', async () => {
    await using hub = await openInbox(dialect)
    const { send, pull, issue, shown } = hub
    const mine = { user: login('mona') }
    const comment = (id: number, by: string, body: string) => ({
      ...exampleOf('issue_comment', 'comment'),
      id,
      body,
      user: login(by),
      created_at: minutes(40 + id),
      updated_at: minutes(40 + id),
    })
    await send('issues', 'opened', { issue: issue(1, { body: 'cc @mona' }) })
    await send('issue_comment', 'created', { issue: issue(2, mine), comment: comment(1, 'eve', 'Thanks') })
    await send('issue_comment', 'created', { issue: issue(3, mine), comment: comment(2, 'mona', 'I, @mona') })
    await send('issue_comment', 'created', { issue: issue(4), comment: comment(3, 'eve', 'see `@mona`') })
    const review = {
      ...exampleOf('pull_request_review', 'review'),
      user: login('eve'),
      submitted_at: minutes(60),
    }
    await send('pull_request_review', 'submitted', {
      pull_request: pull(5, mine),
      review: { ...review, id: 1, state: 'approved', body: null },
    })
    const run = {
      ...exampleOf('workflow_run', 'workflow_run'),
      id: 7,
      status: 'completed',
      actor: login('mona'),
    }
    const failed = { ...run, conclusion: 'failure', updated_at: minutes(70) }
    await send('workflow_run', 'completed', {
      workflow_run: failed,
      workflow: exampleOf('workflow_run', 'workflow'),
    })
    expect(await shown()).toEqual([
      'actions_run 7 failed',
      'pull_request 5 approved',
      'issue 2 replied',
      'issue 1 mentioned',
    ])
    expect(await countInbox(hub.store.read, { userId: hub.userId, now })).toEqual({
      inbox: 4,
      unread: 4,
      reasons: { failed: 1, approved: 1, replied: 1, mentioned: 1 },
    })
    // The same webhook again changes nothing.
    expect((await hub.changes('inbox.updated')).every(({ topic }) => topic === `inbox:${hub.userId}`)).toBe(
      true,
    )
  })

  it('has no failure that a later success of the same workflow and branch settled', async () => {
    await using hub = await openInbox(dialect)
    const { send, shown } = hub
    const workflow = exampleOf('workflow_run', 'workflow')
    const ended = (id: number, run_number: number, conclusion: string, more: Json = {}) =>
      send('workflow_run', 'completed', {
        workflow,
        workflow_run: {
          ...exampleOf('workflow_run', 'workflow_run'),
          ...{ id, run_number, conclusion, status: 'completed', actor: login('mona') },
          ...{ workflow_id: 5, head_branch: 'main', updated_at: minutes(id), ...more },
        },
      })
    await ended(10, 10, 'failure')
    await ended(12, 12, 'failure')
    await ended(13, 13, 'failure', { head_branch: 'topic' })
    await ended(14, 14, 'failure', { workflow_id: 6 })
    await ended(20, 11, 'success')
    expect(await shown()).toEqual(['actions_run 14 failed', 'actions_run 13 failed', 'actions_run 12 failed'])
    await ended(21, 15, 'success')
    expect(await shown()).toEqual(['actions_run 14 failed', 'actions_run 13 failed'])
    // Run again, it succeeds itself.
    await ended(14, 14, 'success', { workflow_id: 6, run_attempt: 2, updated_at: minutes(30) })
    expect(await shown()).toEqual(['actions_run 13 failed'])
    expect(await shown('done')).toHaveLength(3)
  })

  it('has the deployments that wait for its person, until they go on', async () => {
    await using hub = await openInbox(dialect)
    const { send, shown } = hub
    const run = (more: Json) => ({
      ...{ ...exampleOf('workflow_run', 'workflow_run'), id: 30, actor: login('eve') },
      ...more,
    })
    const waiting = run({ status: 'waiting', conclusion: null, updated_at: minutes(50) })
    const workflow = exampleOf('workflow_run', 'workflow')
    await send('workflow_run', 'requested', { workflow, workflow_run: waiting })
    await send('deployment_review', 'requested', {
      ...{ workflow_run: waiting, environment: 'production', since: minutes(51), requestor: login('eve') },
      reviewers: [
        { type: 'User', reviewer: login('Mona') },
        { type: 'Team', reviewer: { id: 1, name: 'Docs', slug: 'docs' } },
      ],
    })
    expect(await shown()).toEqual(['actions_run 30 approval'])
    const going = run({ status: 'in_progress', conclusion: null, updated_at: minutes(52) })
    await send('workflow_run', 'in_progress', { workflow, workflow_run: going })
    expect(await shown()).toEqual([])
    expect(await shown('done')).toEqual(['actions_run 30 approval (read)'])
  })

  it('is worked through: done and back, read, put off until a time, muted', async () => {
    await using hub = await openInbox(dialect)
    const { send, issue, shown, change } = hub
    const assigned = (at: number) => ({ issue: issue(2, { assignees: [login('mona')], minutes: at }) })
    const answer = (id: number) => ({
      ...assigned(id),
      comment: {
        ...exampleOf('issue_comment', 'comment'),
        id,
        body: 'Well?',
        user: login('eve'),
        created_at: minutes(id),
        updated_at: minutes(id),
      },
    })
    await send('issues', 'assigned', assigned(10))
    const [{ id } = { id: '' }] = (
      await listInbox(hub.store.read, { userId: hub.userId, place: 'inbox', now, limit: 1 })
    ).items
    await change(id, { unread: false })
    expect(await shown()).toEqual(['issue 2 assigned (read)'])
    await change(id, { done: true })
    expect([await shown(), await shown('done')]).toEqual([[], ['issue 2 assigned (read)']])
    await change(id, { done: false })
    expect(await shown()).toEqual(['issue 2 assigned (read)'])
    await change(id, { snoozed_until: now + 5_000 })
    expect([await shown(), await shown('snoozed')]).toEqual([[], ['issue 2 assigned (read)']])
    expect(await shown('inbox', now + 5_000)).toEqual(['issue 2 assigned (read)'])
    await send('issue_comment', 'created', answer(20))
    expect(await shown()).toEqual(['issue 2 replied'])
    expect(await change(id, { muted: true })).toMatchObject({ muted: true, place: 'done' })
    await send('issue_comment', 'created', answer(30))
    expect(await shown()).toEqual([])
    expect(await change('1-issue-99', { done: true })).toBeUndefined()
    expect(await change("1'--", { done: true })).toBeUndefined()
  })

  it('shows and changes nothing of a repository that its person may not read any more', async () => {
    await using hub = await openInbox(dialect)
    await hub.addUser({ githubId: 2, login: 'stranger', token: 'stranger' })
    const both = [login('mona'), login('stranger')]
    await hub.send('issues', 'assigned', { issue: hub.issue(2, { assignees: both, minutes: 9 }) })
    const changes = await hub.changes('inbox.updated')
    expect(changes.map(({ topic }) => topic)).toEqual([`inbox:${hub.userId}`])
    await hub.store.write(async (tx) => {
      // Another one is theirs still: what counts is this one.
      await seedRepository(tx, { id: 2, fullName: 'acme/other', readers: [hub.userId] })
      await dropAccess(tx, { userId: hub.userId, repositoryIds: [1] })
    })
    expect(await hub.shown()).toEqual([])
    expect(await countInbox(hub.store.read, { userId: hub.userId, now })).toEqual({
      inbox: 0,
      unread: 0,
      reasons: {},
    })
    expect(await hub.change('1-issue-2', { done: true })).toBeUndefined()
  })

  it('has at once what waited for somebody who may read it only now', async () => {
    await using hub = await openInbox(dialect)
    await hub.send('issues', 'assigned', {
      issue: hub.issue(2, { assignees: [login('Newcomer')], minutes: 9 }),
    })
    await hub.send('issues', 'assigned', { issue: hub.issue(3, { assignees: [login('mona')], minutes: 9 }) })
    const userId = await hub.addUser({ githubId: 2, login: 'newcomer', token: 'newcomer' })
    await hub.store.write(async (tx) => {
      await saveAccess(tx, [{ user_id: userId, repository_id: 1, permission: 'pull', synced_at: now }])
      await fillInbox(tx, { userId, now })
    })
    const mine = () => listInbox(hub.store.read, { userId, place: 'inbox', now, limit: 9 })
    expect((await mine()).items).toMatchObject([
      { kind: 'issue', number: 2, reason: 'assigned', unread: true },
    ])
    await hub.change('1-issue-2', { done: true }, userId)
    await hub.store.write((tx) => fillInbox(tx, { userId, now }))
    expect((await mine()).items).toEqual([])
  })
})
