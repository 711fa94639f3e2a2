import { describe, expect, it } from 'vitest'
import { allKinds } from '../../src/mirror/kinds.ts'
import { listItems } from '../../src/store/mirror.ts'
import { exampleOf, issueOf, type Json } from '../support/github-server.ts'
import { compare, connect, type MirrorOfOne } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

// What random histories found (tests/model), each as plainly as it can be told.

const second = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString()

async function stored(hub: MirrorOfOne, kindName: string): Promise<Json[]> {
  const kind = allKinds.find(({ name }) => name === kindName)!
  return (await listItems(hub.store.read, kind, { repositoryId: 1, without: '' })) as Json[]
}

async function deliver(hub: MirrorOfOne, event: string, payload: Json): Promise<void> {
  const repository = hub.planted.repository
  await hub.deliver({ event, payload: { ...payload, repository, sender: hub.mona } })
}

const pullAt = (seconds: number, more: Json = {}) => ({
  ...exampleOf('pull_request', 'pull_request'),
  ...{ number: 7, comments: 0, created_at: second(0), updated_at: second(seconds), ...more },
})
const opened = (seconds: number, more?: Json) => ({ action: 'opened', pull_request: pullAt(seconds, more) })

/** A comment on the pull request, which is then told as the issue that it is, too. */
const commented = (seconds: number, comments: number) => ({
  action: 'created',
  issue: { ...issueOf(7), comments, pull_request: {}, updated_at: second(seconds) },
  comment: {
    ...exampleOf('issue_comment', 'comment'),
    ...{ id: seconds, issue_url: 'https://github.example/issues/7' },
    ...{ created_at: second(seconds), updated_at: second(seconds) },
  },
})

describe.each(dialects)('a comment on a pull request, on %s,', (dialect) => {
  it('moves its time and its count, and what changed before may still come', async () => {
    await using hub = await connect({ dialect })
    await deliver(hub, 'pull_request', opened(0))
    await deliver(hub, 'issue_comment', commented(20, 2))
    await deliver(hub, 'issue_comment', commented(10, 1))
    await deliver(hub, 'pull_request', { ...opened(15, { title: 'Better' }), action: 'edited' })
    expect(await stored(hub, 'pull_request')).toMatchObject([
      { title: 'Better', comments: 2, updated_at: second(20) },
    ])
  })

  it('may come before the pull request itself', async () => {
    await using hub = await connect({ dialect })
    await deliver(hub, 'issue_comment', commented(20, 1))
    await deliver(hub, 'pull_request', opened(0))
    expect(await stored(hub, 'pull_request')).toMatchObject([{ comments: 1, updated_at: second(20) }])
  })
})

describe('a review', () => {
  const told = (seconds: number, action: string, body: string) => {
    const review = { ...exampleOf('pull_request_review', 'review'), body, state: 'commented' }
    const pull_request = { ...exampleOf('pull_request_review', 'pull_request'), updated_at: second(seconds) }
    const times = { submitted_at: second(1), updated_at: second(seconds) }
    return { action, review: { ...review, ...times }, pull_request }
  }

  it('that was edited is not what it was when it was submitted, though that comes later', async () => {
    await using hub = await connect()
    await deliver(hub, 'pull_request_review', told(9, 'edited', 'As it is now'))
    await deliver(hub, 'pull_request_review', told(1, 'submitted', 'As it was'))
    expect(await stored(hub, 'review')).toMatchObject([{ body: 'As it is now' }])
  })
})

describe('a job', () => {
  it('that waits for an approval is queued again', async () => {
    await using hub = await connect()
    const job = {
      ...exampleOf('workflow_job', 'workflow_job', 1),
      run_attempt: 1,
      conclusion: null,
      steps: [],
    }
    for (const status of ['queued', 'waiting', 'queued']) {
      await deliver(hub, 'workflow_job', { action: status, workflow_job: { ...job, status } })
      expect(await stored(hub, 'actions_job')).toMatchObject([{ status }])
    }
  })
})

describe('what no webhook tells is found by comparing:', () => {
  it('a deployment that was deleted, with what became of it', async () => {
    await using hub = await connect({
      plant({ others }) {
        const deployment = exampleOf('deployment', 'deployment')
        others.set('deployments', [deployment])
        const status = exampleOf('deployment_status', 'deployment_status')
        others.set(`deployments/${deployment.id}/statuses`, [status])
      },
    })
    expect(await stored(hub, 'deployment_status')).toHaveLength(1)
    hub.planted.others.set('deployments', [])
    await compare(hub)
    expect([await stored(hub, 'deployment'), await stored(hub, 'deployment_status')]).toEqual([[], []])
  })

  it('a run of Actions that was deleted, with its jobs', async () => {
    await using hub = await connect({
      plant(planted) {
        const run = exampleOf('workflow_run', 'workflow_run')
        planted.runs = [run]
        const job = exampleOf('workflow_job', 'workflow_job', 1)
        planted.jobs.set(run.id as number, [{ ...job, run_id: run.id }])
      },
    })
    expect(await stored(hub, 'actions_job')).toHaveLength(1)
    hub.planted.runs = []
    await compare(hub)
    expect([await stored(hub, 'actions_run'), await stored(hub, 'actions_job')]).toEqual([[], []])
  })

  it('which of two changes in one second was the later, where they came the other way round', async () => {
    await using hub = await connect({ plant: (planted) => planted.issues.push(issueOf(1)) })
    const at = { updated_at: second(500_000) }
    const [first, later] = ['First', 'Later'].map((title) => issueOf(1, { ...at, title }))
    hub.planted.issues = [later!]
    await deliver(hub, 'issues', { action: 'edited', issue: later })
    await deliver(hub, 'issues', { action: 'edited', issue: first })
    await compare(hub)
    expect(await stored(hub, 'issue')).toMatchObject([{ title: 'Later' }])
  })
})
