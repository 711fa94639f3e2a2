import { describe, expect, it } from 'vitest'
import { lookForGapsTask, syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import { listComments } from '../../src/store/comments.ts'
import { loadDelivery } from '../../src/store/deliveries.ts'
import { listDeliveries } from '../../src/store/delivery-lists.ts'
import { getIssue, listIssues } from '../../src/store/issues.ts'
import { listSyncProgress } from '../../src/store/sync-progress.ts'
import { plantDelivery } from '../support/github-hooks.ts'
import { exampleOf, issueOf, type Json, type PlantedRepository, send } from '../support/github-server.ts'
import { type Hooked, hook } from '../support/hooked-mirror.ts'
import { dialects } from '../support/temp-store.ts'

let happened = 0
/** One time after the other, all of them after the last sync. */
const nextTime = () => new Date(Date.now() - 200_000 + happened++ * 100).toISOString()

/** Something happened to an issue: GitHub has it so, and sent a webhook that may have come or not. */
function change(planted: PlantedRepository, number: number, more: Json = {}, action = 'edited') {
  const issue = issueOf(number, { updated_at: nextTime(), ...more })
  planted.issues = planted.issues.filter((other) => other.number !== number)
  if (action !== 'deleted') planted.issues.unshift(issue)
  return { event: 'issues', payload: { action, issue, sender: { id: 1, login: 'mona' } } }
}

const issuesOf = async ({ store, userId }: Hooked) => {
  const { items } = await listIssues(store.read, { userId, repositoryId: 1, state: 'all', limit: 2000 })
  return items.map(({ number, title }) => [number, title]).sort(([a], [b]) => Number(a) - Number(b))
}
const asGithubHas = ({ planted }: Hooked) =>
  planted.issues.map(({ number, title }) => [number, title]).sort(([a], [b]) => Number(a) - Number(b))
const recovered = async ({ store, userId }: Hooked) =>
  (await listSyncProgress(store.read, { userId })).find(({ resource }) => resource === 'deliveries')

describe.each(dialects)('a hub that was away, on %s', (dialect) => {
  it('has what a thousand lost deliveries tell, some of which came twice and in any order', async () => {
    // However long it takes, less than a second passes.
    const began = Date.now()
    await using hub = await hook(dialect, { now: () => began + Math.floor((Date.now() - began) / 1000) })
    const { planted, hookId } = hub
    const happenings = Array.from({ length: 1000 }, (_, index) => {
      const number = (index % 200) + 1
      const isLast = index >= 800 && number % 10 === 0
      return change(planted, number, { title: `Title ${index}` }, isLast ? 'deleted' : 'edited')
    })
    const sent = shuffled(happenings).map((one) => plantDelivery(planted, hookId, one))
    for (const one of sent.filter((_, index) => index % 20 === 0)) {
      planted.deliveries.get(hookId)!.push({ ...one, id: one.id + 1_000_000, redelivery: true })
    }

    hub.github.asked.length = 0
    await hub.run(lookForGapsTask())
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))
    expect(await issuesOf(hub)).toHaveLength(180)
    // A sync has read what changed; of the deliveries only what it does not show was fetched: that issues are gone.
    const single = /deliveries\/\d/
    const events = hub.delivered.map(({ payload }) => payload.action)
    expect(events).toEqual(Array.from({ length: 20 }, () => 'deleted'))
    expect(hub.github.asked.length).toBeLessThan(60)
    expect(await recovered(hub)).toMatchObject({ state: 'running', done: 20, total: 1000 })

    // What workflows wait for follows.
    hub.advance(10_000)
    await hub.run()
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))
    expect(await recovered(hub)).toMatchObject({ state: 'done', done: 980, total: 980 })
    // Each happened once, to workflows as well.
    expect(hub.delivered.map(({ deliveryId }) => deliveryId).sort()).toEqual(
      sent.map(({ guid }) => guid).sort(),
    )
    expect(hub.github.asked.filter(({ path }) => single.test(path))).toHaveLength(1000)
  }, 180_000)
})

describe('deliveries that did not come', () => {
  it('are told from those that did', async () => {
    await using hub = await hook()
    const { planted, hookId } = hub
    const came = plantDelivery(planted, hookId, change(planted, 1, { title: 'It came' }))
    await hub.deliver({ event: came.event, payload: came.payload, id: came.guid })
    const lost = plantDelivery(planted, hookId, change(planted, 2, { title: 'It did not' }))
    await hub.run(lookForGapsTask())
    expect(hub.delivered.map(({ deliveryId }) => deliveryId)).toEqual([came.guid, lost.guid])
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))

    // What the log tells again is known now, and a log that did not change costs nothing.
    hub.github.asked.length = 0
    await hub.run(lookForGapsTask())
    expect(hub.github.asked.map(({ path }) => path.replace(/\?.*/, ''))).toEqual([
      `/repos/acme/site/hooks/${hookId}/deliveries`,
    ])
    expect(hub.github.asked[0]?.headers['if-none-match']).toMatch(/^W\//)
    expect(await recovered(hub)).toMatchObject({ state: 'done', done: 1 })
  })

  it('are applied in the order in which they were sent', async () => {
    await using hub = await hook()
    const { planted, hookId } = hub
    const numbers = Array.from({ length: 15 }, (_, index) => index + 1)
    for (const number of shuffled(numbers)) {
      const at = new Date(Date.now() - (100 - number) * 1000)
      plantDelivery(planted, hookId, { ...change(planted, number), at })
    }
    await hub.run(lookForGapsTask())
    expect(hub.delivered.map(({ payload }) => (payload.issue as Json).number)).toEqual(numbers)
  })

  it('tell of deletions whose older news comes after them', async () => {
    await using hub = await hook()
    const { planted, hookId } = hub
    const edited = change(planted, 1, { title: 'Edited' })
    const comment = { ...exampleOf('issue_comment', 'comment'), id: 77 }
    plantDelivery(planted, hookId, edited)
    const on = (action: string) => ({
      event: 'issue_comment',
      payload: { action, comment, issue: edited.payload.issue, sender: { id: 1, login: 'mona' } },
    })
    plantDelivery(planted, hookId, on('created'))
    plantDelivery(planted, hookId, on('deleted'))
    await hub.run(lookForGapsTask())
    const { items } = await listComments(hub.store.read, {
      ...{ userId: hub.userId, repositoryId: 1, issueNumber: 1, limit: 10 },
    })
    expect(items).toEqual([])
    expect(await getIssue(hub.store.read, { userId: hub.userId, repositoryId: 1, number: 1 })).toMatchObject({
      title: 'Edited',
    })
  })

  it('hold numbers beyond those that JavaScript counts exactly, as they came', async () => {
    await using hub = await hook()
    const { planted, hookId } = hub
    const sent = plantDelivery(planted, hookId, change(planted, 1))
    hub.github.instead(new RegExp(`deliveries/${sent.id}`), (_, response) => {
      const payload = { ...sent.payload, installation: { id: 12345678 } }
      const body = { guid: sent.guid, event: sent.event, request: { headers: {}, payload } }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body).replace('12345678', '9007199254740993123'))
    })
    await hub.run(lookForGapsTask())
    const stored = await loadDelivery(hub.store.read, sent.guid)
    expect(stored).toMatchObject({ id: sent.guid, state: 'applied' })
    expect(Buffer.from(stored!.body!).toString()).toContain('"installation":{"id":9007199254740993123}')
  })

  it('are sent again where GitHub does not give what they held, once', async () => {
    await using hub = await hook()
    const { planted, hookId } = hub
    const happened = change(planted, 1, { title: 'Sent again' })
    const sent = plantDelivery(planted, hookId, { ...happened, forgotten: true })
    const again: string[] = []
    hub.github.redeliver = ({ guid }) => again.push(guid)
    await hub.run(lookForGapsTask())
    await hub.run(lookForGapsTask())
    expect(again).toEqual([sent.guid])
    // It did not come that time either: what it told of is read.
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))
  })

  it('of another repository or webhook are not taken in', async () => {
    await using hub = await hook()
    const { planted, hookId } = hub
    const foreign = plantDelivery(planted, hookId, change(planted, 1))
    foreign.payload = { ...foreign.payload, repository: { ...planted.repository, id: 2 } }
    const other = plantDelivery(planted, hookId, change(planted, 2))
    hub.github.instead(new RegExp(`deliveries/${other.id}`), (_, response) =>
      send(response, 200, {
        ...{ guid: other.guid, event: 'issues' },
        request: { headers: { 'X-GitHub-Hook-ID': '9' }, payload: other.payload },
      }),
    )
    await hub.run(lookForGapsTask())
    const { items } = await listDeliveries(hub.store.read, {
      ...{ userId: hub.userId, seesUnassigned: true, limit: 10 },
    })
    expect(items).toEqual([])
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))
  })
})

describe('what the log does not tell', () => {
  it('is read anew after more than the three days that GitHub keeps it', async () => {
    await using hub = await hook()
    change(hub.planted, 1, { title: 'Long ago' })
    hub.advance(4 * 86_400_000)
    hub.github.instead(/deliveries/, (_, response) =>
      send(response, 200, [], { date: new Date(Date.now() + 4 * 86_400_000).toUTCString() }),
    )
    await hub.run(lookForGapsTask())
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))
  })

  it('is read anew where the webhook was removed, which is registered again', async () => {
    await using hub = await hook()
    const { planted } = hub
    planted.hooks.length = 0
    change(planted, 1)
    await hub.run(lookForGapsTask())
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))
    expect(planted.hooks).toHaveLength(1)
  })

  it('is read anew where the webhook was switched off for a while', async () => {
    await using hub = await hook()
    const [registered] = hub.planted.hooks
    Object.assign(registered!, { active: false })
    change(hub.planted, 1, { updated_at: new Date(Date.now() + 25 * 3_600_000).toISOString() })
    hub.github.instead(/issues\?/, (_, response) => send(response, 200, []), 1)
    hub.advance(25 * 3_600_000)
    await hub.run(syncAccountTask(hub.userId))
    expect(registered).toMatchObject({ active: true })
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))
  })

  it('waits until GitHub answers again, and goes on where it was', async () => {
    await using hub = await hook()
    const { planted, hookId } = hub
    for (let number = 1; number <= 15; number++) plantDelivery(planted, hookId, change(planted, number))
    hub.github.instead(/deliveries\/\d+11 /, (_, response) => send(response, 500, {}), 3)
    hub.github.instead(
      /deliveries\/\d+3 /,
      (_, response) => send(response, 429, {}, { 'retry-after': '60' }),
      1,
    )
    await hub.run(lookForGapsTask())
    expect(await recovered(hub)).toMatchObject({
      state: 'waiting',
      error: expect.stringContaining('60 seconds'),
    })
    hub.advance(61_000)
    await hub.run()
    expect(await recovered(hub)).toMatchObject({ state: 'done' })
    expect(await issuesOf(hub)).toEqual(asGithubHas(hub))
    expect(hub.delivered).toHaveLength(15)
  })
})

/** In another order, the same in every run. */
function shuffled<T>(items: readonly T[]): T[] {
  const mixed = [...items]
  let seed = 7
  for (let last = mixed.length - 1; last > 0; last--) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    const other = seed % (last + 1)
    ;[mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T]
  }
  return mixed
}
