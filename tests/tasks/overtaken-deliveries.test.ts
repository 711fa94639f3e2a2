import { describe, expect, it } from 'vitest'
import { lookForGapsTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { coded } from '../../src/errors.ts'
import type { Kind } from '../../src/mirror/kind.ts'
import { kinds } from '../../src/mirror/kinds.ts'
import { applyAgain, loadDelivery } from '../../src/store/deliveries.ts'
import { findItem } from '../../src/store/mirror.ts'
import { plantDelivery } from '../support/github-hooks.ts'
import { exampleOf, issueOf, type Json, type PlantedRepository } from '../support/github-server.ts'
import { type Hooked, hook } from '../support/hooked-mirror.ts'
import { dialects } from '../support/temp-store.ts'
import { type Options, startTestMirror } from '../support/test-mirror.ts'

/** GitHub's log tells of more than are fetched before a sync has read what changed. */
const many = 30
const minute = 60_000
const sender = { id: 1, login: 'mona' }
const secondOf = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, '')

/** A thing that changes twice within one second. */
interface Twice {
  kind: keyof typeof kinds
  key: object
  event: string
  /** Of the stored item, what the change is seen by. */
  seen(item: Json): unknown
  /** GitHub has it so; and what it sends. */
  change(planted: PlantedRepository, which: 'first' | 'last', at: string): Json
}

const issue: Twice = {
  kind: 'issue',
  key: { number: 1000 },
  event: 'issues',
  seen: ({ title }) => title,
  change(planted, title, updated_at) {
    const one = issueOf(1000, { title, updated_at })
    planted.issues = [one, ...planted.issues.filter(({ number }) => number !== 1000)]
    return { action: 'edited', issue: one }
  },
}

const label: Twice = {
  kind: 'label',
  key: { name: 'bug' },
  event: 'label',
  seen: ({ description }) => description,
  change(planted, description) {
    planted.labels = [{ id: 5, node_id: 'L5', name: 'bug', color: 'ff0000', default: false, description }]
    return { action: 'edited', label: planted.labels[0], changes: { description: { from: '' } } }
  },
}

const things: Twice[] = [
  issue,
  label,
  {
    kind: 'comment',
    key: { id: 77 },
    event: 'issue_comment',
    seen: ({ body }) => body,
    change(planted, body, updated_at) {
      const on = issue.change(planted, 'last', updated_at).issue as Json
      const issue_url = `https://api.github.example/repos/acme/site/issues/${on.number}`
      const times = { created_at: on.created_at, updated_at }
      planted.comments = [{ ...exampleOf('issue_comment', 'comment'), id: 77, issue_url, body, ...times }]
      return { action: 'edited', comment: planted.comments[0], issue: on, changes: {} }
    },
  },
  {
    kind: 'review',
    key: { id: 88 },
    event: 'pull_request_review',
    seen: ({ body }) => body,
    change(planted, body, updated_at) {
      const pull_request = pullOf('A pull request', updated_at)
      planted.pulls = [pull_request]
      const shown = { ...exampleOf('pull_request_review', 'review'), id: 88, body, submitted_at: updated_at }
      planted.reviews.set(2000, [shown])
      return { action: 'edited', review: { ...shown, updated_at }, pull_request, changes: {} }
    },
  },
  {
    kind: 'pull_request',
    key: { repository_id: 1, number: 2000 },
    event: 'pull_request',
    // A list does not tell how much it adds; the delivery does.
    seen: ({ title, additions }) => ({ title, additions }),
    change(planted, title, updated_at) {
      const pull_request = pullOf(title, updated_at)
      planted.pulls = [{ ...pull_request, additions: undefined }]
      return { action: 'edited', number: 2000, pull_request, changes: {} }
    },
  },
  {
    kind: 'pull_request',
    key: { repository_id: 1, number: 2000 },
    event: 'issue_comment',
    // Its side as an issue tells how much was said.
    seen: ({ comments }) => (comments === 2 ? 'last' : comments),
    change(planted, which, updated_at) {
      planted.pulls = [{ ...pullOf('A pull request', updated_at), additions: undefined, comments: undefined }]
      const side = issueOf(2000, { updated_at, comments: which === 'last' ? 2 : 1, pull_request: {} })
      planted.issues = [side, ...planted.issues.filter(({ number }) => number !== 2000)]
      const issue_url = 'https://api.github.example/repos/acme/site/issues/2000'
      const said = { ...exampleOf('issue_comment', 'comment'), issue_url, created_at: updated_at, updated_at }
      planted.comments = [77, 78].slice(0, side.comments as number).map((id) => ({ ...said, id }))
      return { action: 'created', comment: planted.comments.at(-1), issue: side }
    },
  },
  {
    kind: 'actions_run',
    key: { id: 99 },
    event: 'workflow_run',
    seen: ({ display_title }) => display_title,
    change(planted, display_title, updated_at) {
      const run = runOf(updated_at, { display_title })
      planted.runs = [run]
      return { action: 'requested', workflow_run: run, workflow: exampleOf('workflow_run', 'workflow') }
    },
  },
  {
    kind: 'actions_job',
    key: { id: 66 },
    event: 'workflow_job',
    seen: ({ status }) => (status === 'waiting' ? 'last' : 'first'),
    change(planted, which, updated_at) {
      planted.runs = [runOf(updated_at)]
      const status = which === 'last' ? 'waiting' : 'queued'
      const example = exampleOf('workflow_job', 'workflow_job')
      const job = { ...example, id: 66, run_id: 99, run_attempt: 1, status, conclusion: null, steps: [] }
      planted.jobs.set(99, [job])
      return { action: status, workflow_job: job }
    },
  },
]

const pullOf = (title: string, updated_at: string): Json => ({
  ...exampleOf('pull_request', 'pull_request'),
  ...{ id: 2, number: 2000, title, updated_at, additions: 7 },
})

const runOf = (updated_at: string, more: Json = {}): Json => ({
  ...exampleOf('workflow_run', 'workflow_run'),
  ...{ id: 99, status: 'queued', conclusion: null, run_attempt: 1, updated_at, ...more },
})

/** A hub that was away for a minute, in which GitHub sent many deliveries in vain. */
async function away(
  dialect: (typeof dialects)[number],
  more: Pick<Options, 'onDelivered'> = {},
): Promise<Hooked> {
  const hub = await hook(dialect, { now: () => Date.now() - minute, ...more })
  hub.advance(minute)
  return hub
}

/** Others change, too, so that most of what is missing is fetched after a sync. */
function changeOthers({ planted, hookId }: Hooked): void {
  for (let number = 1; number <= many; number++) {
    const at = new Date(Date.now() - 30_000 + number)
    const one = issueOf(number, { updated_at: secondOf(at.getTime()) })
    planted.issues.push(one)
    plantDelivery(planted, hookId, { event: 'issues', payload: { action: 'edited', issue: one, sender }, at })
  }
}

/** Twice within one second; GitHub's log has them the other way round. */
function changeTwice({ planted, hookId }: Hooked, { event, change }: Twice): string[] {
  const at = Date.now() - 20_000
  const [first, last] = (['first', 'last'] as const).map((which) => ({
    event,
    payload: { ...change(planted, which, secondOf(at)), sender },
  }))
  const sent = [
    plantDelivery(planted, hookId, { ...last!, at: new Date(at) }),
    plantDelivery(planted, hookId, { ...first!, at: new Date(at + 1) }),
  ]
  return sent.map(({ guid }) => guid)
}

async function seen({ store }: Pick<Hooked, 'store'>, thing: Twice): Promise<unknown> {
  const kind = kinds[thing.kind] as unknown as Kind<object>
  const item = await findItem(store.read, kind, { repositoryId: 1, item: thing.key })
  return item && thing.seen(item as Json)
}

const lastOf = ({ event }: Twice) => (event === 'pull_request' ? { title: 'last', additions: 7 } : 'last')

describe.each(dialects)('what is fetched after a sync has read it, on %s', (dialect) => {
  it.each(things)(
    'leaves the $kind of which $event tells as GitHub has it',
    async (thing) => {
      await using hub = await away(dialect)
      changeOthers(hub)
      const guids = changeTwice(hub, thing)
      await hub.run(lookForGapsTask())
      hub.advance(10_000)
      await hub.run()
      expect(await seen(hub, thing)).toEqual(lastOf(thing))
      // Workflows are told of both, once.
      const ids = hub.delivered.map(({ deliveryId }) => deliveryId)
      expect(ids.filter((id) => guids.includes(id)).sort()).toEqual(guids.sort())
      expect(ids).toHaveLength(many + 2)
    },
    60_000,
  )

  it('is known as such by a hub that starts again before it is applied', async () => {
    let waits = true
    await using hub = await away(dialect, {
      onDelivered({ event }) {
        if (waits && event === 'issue_comment')
          throw coded('github_unavailable', 'later', { retryAfterMs: minute })
      },
    })
    const comment = things.find(({ kind }) => kind === 'comment')!
    changeOthers(hub)
    changeTwice(hub, comment)
    await hub.run(lookForGapsTask())
    hub.advance(10_000)
    await hub.run()
    await hub.stop()
    waits = false
    const again = await startTestMirror({
      store: hub.store,
      url: hub.github.url,
      now: () => Date.now() + 5 * minute,
    })
    await again.run()
    await again.stop()
    expect(again.delivered.map(({ event }) => event)).toEqual(['issue_comment', 'issue_comment'])
    expect(await seen(hub, comment)).toEqual('last')
  }, 60_000)
})

describe('what is applied again after a sync has read it', () => {
  it.each([issue, label])('leaves the $kind as GitHub has it', async (thing) => {
    let fails = true
    await using hub = await hook('sqlite', {
      onDelivered() {
        if (fails) throw coded('conflict', 'not now')
      },
    })
    const { planted, store, deps } = hub
    const at = secondOf(Date.now())
    const payload = { ...thing.change(planted, 'first', at), repository: planted.repository, sender }
    const [id = ''] = await hub.deliver({ event: thing.event, payload })
    expect((await loadDelivery(store.read, id))?.state).toBe('failed')
    thing.change(planted, 'last', at)
    hub.advance(minute)
    await hub.run(syncRepositoryTask(1))
    expect(await seen(hub, thing)).toBe('last')
    fails = false
    expect(await store.write((tx) => applyAgain(tx, { id, now: deps.clock() }))).toBe(true)
    await hub.run()
    expect((await loadDelivery(store.read, id))?.state).not.toBe('failed')
    expect(await seen(hub, thing)).toBe('last')
  })
})

describe('what was sent after the last sync began', () => {
  it('is applied as it was sent, also within one second', async () => {
    // A sync has begun in the midst of a second; of what was sent in it GitHub's log tells no more than the second.
    const second = Math.floor(Date.now() / 1000) * 1000
    await using hub = await hook('sqlite', { now: () => second + 400 })
    const { planted, hookId } = hub
    for (const which of ['first', 'last'] as const) {
      const payload = { ...issue.change(planted, which, secondOf(second)), sender }
      plantDelivery(planted, hookId, { event: 'issues', payload, at: new Date(second) })
    }
    await hub.run(lookForGapsTask())
    expect(await seen(hub, issue)).toEqual('last')
  })
})

describe('a label', () => {
  it('that was made and deleted meanwhile is not there', async () => {
    await using hub = await away('sqlite')
    const { planted, hookId } = hub
    changeOthers(hub)
    const at = Date.now() - 20_000
    const made = { ...label.change(planted, 'first', ''), action: 'created', sender }
    planted.labels = []
    plantDelivery(planted, hookId, { event: 'label', payload: made, at: new Date(at) })
    plantDelivery(planted, hookId, {
      event: 'label',
      payload: { ...made, action: 'deleted' },
      at: new Date(at + 1000),
    })
    await hub.run(lookForGapsTask())
    hub.advance(10_000)
    await hub.run()
    expect(await seen(hub, label)).toBeUndefined()
  }, 60_000)

  it('that is again what a list told before, is so', async () => {
    await using hub = await away('sqlite')
    const { planted, hookId } = hub
    label.change(planted, 'last', '')
    await hub.run(syncRepositoryTask(1))
    await hub.deliver({
      event: 'label',
      payload: { ...label.change(planted, 'first', ''), repository: planted.repository, sender },
    })
    const payload = { ...label.change(planted, 'last', ''), sender }
    changeOthers(hub)
    plantDelivery(planted, hookId, { event: 'label', payload, at: new Date(Date.now() - 20_000) })
    await hub.run(lookForGapsTask())
    hub.advance(10_000)
    await hub.run()
    expect(await seen(hub, label)).toEqual('last')
  }, 60_000)
})
