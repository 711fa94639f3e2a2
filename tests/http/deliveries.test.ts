import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../contract/mirror.ts'
import { createEvents } from '../../src/events.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import { saveAccess } from '../../src/store/access.ts'
import { acceptDelivery, listDueDeliveries, markDelivery } from '../../src/store/deliveries.ts'
import type { Db } from '../../src/store/store.ts'
import { removeOldRows } from '../../src/tasks/index.ts'
import { defaultRetention } from '../support/default-retention.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

const payload = { action: 'opened', emoji: '🦊' }
const body = Buffer.from(JSON.stringify(payload))

async function plant(
  tx: Db,
  id: string,
  received_at: number,
  repository_id: number | null,
  event = 'issues',
) {
  await acceptDelivery(tx, { id, event, body, received_at })
  await markDelivery(tx, id, {
    state: repository_id === null ? 'stored' : 'applied',
    action: 'opened',
    repository_id,
    applied_at: received_at + 5,
  })
}

/** Ada reads repository 1, Bob repository 2, Olga owns the hub and reads neither. */
async function openDeliveries() {
  const hub = await openTestApp()
  const [ada, bob, olga] = [
    await hub.signIn({ login: 'ada' }),
    await hub.signIn({ login: 'bob' }),
    await hub.signIn({ login: 'olga', role: 'owner' }),
  ]
  await hub.store.write(async (tx) => {
    await seedRepository(tx, { id: 1, fullName: 'acme/one', readers: [ada.userId] })
    await seedRepository(tx, { id: 2, fullName: 'acme/two', readers: [bob.userId] })
    await plant(tx, 'one-1', 1_000, 1)
    await plant(tx, 'two-1', 2_000, 2)
    await plant(tx, 'none-1', 3_000, null, 'ping')
    await plant(tx, 'one-2', 4_000, 1, 'push')
    await acceptDelivery(tx, { id: 'pending-1', event: 'issues', body, received_at: 5_000 })
  })
  const get = async (as: SignedIn, url: string) => {
    const answer = await hub.ask({ method: 'GET', url: `/api/v1${url}`, as })
    return { status: answer.statusCode, body: answer.json(), link: answer.headers.link }
  }
  const ids = async (as: SignedIn, query = '') =>
    (await get(as, `/deliveries${query}`)).body.map((delivery: Delivery) => delivery.id)
  return { ...hub, ada, bob, olga, get, ids }
}

describe('deliveries', () => {
  it('lists newest first, to each what belongs to their repositories; the owner sees what belongs to none', async () => {
    await using hub = await openDeliveries()
    expect(await hub.ids(hub.ada)).toEqual(['one-2', 'one-1'])
    expect(await hub.ids(hub.bob)).toEqual(['two-1'])
    expect(await hub.ids(hub.olga)).toEqual(['pending-1', 'none-1'])
  })

  it('shows one with its payload, and hides others as if they were not there', async () => {
    await using hub = await openDeliveries()
    expect(await hub.get(hub.ada, '/deliveries/one-1')).toMatchObject({
      status: 200,
      body: {
        id: 'one-1',
        event: 'issues',
        action: 'opened',
        repository: 'acme/one',
        received_at: '1970-01-01T00:00:01.000Z',
        applied_at: '1970-01-01T00:00:01.005Z',
        state: 'applied',
        error: null,
        size: body.length,
        payload,
      },
    })
    for (const id of ['two-1', 'none-1', 'pending-1', 'unknown']) {
      expect(await hub.get(hub.ada, `/deliveries/${id}`), id).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      })
    }
    expect((await hub.get(hub.olga, '/deliveries/none-1')).status).toBe(200)
    expect((await hub.get(hub.olga, '/deliveries/one-1')).status).toBe(404)
  })

  it('filters by event, state and repository', async () => {
    await using hub = await openDeliveries()
    expect(await hub.ids(hub.ada, '?event=push')).toEqual(['one-2'])
    expect(await hub.ids(hub.olga, '?state=pending')).toEqual(['pending-1'])
    expect(await hub.ids(hub.ada, '?repository=Acme/ONE')).toEqual(['one-2', 'one-1'])
    expect((await hub.get(hub.ada, '/deliveries?repository=acme/two')).status).toBe(404)
    expect((await hub.get(hub.ada, '/deliveries?state=lost')).status).toBe(400)
  })

  it('pages without gap or repetition while deliveries arrive, also several of one millisecond', async () => {
    await using hub = await openDeliveries()
    await hub.store.write(async (tx) => {
      for (let i = 0; i < 9; i++) await plant(tx, `same-${i}`, 10_000, 1)
    })
    const seen: string[] = []
    let next: string | undefined = '/deliveries?limit=4'
    while (next) {
      const page = await hub.get(hub.ada, next)
      seen.push(...page.body.map((delivery: Delivery) => delivery.id))
      await hub.store.write((tx) => plant(tx, `late-${seen.length}`, 20_000 + seen.length, 1))
      next = /api\/v1([^>]+)>; rel="next"/.exec(String(page.link))?.[1]
    }
    expect(seen).toEqual([...Array.from({ length: 9 }, (_, i) => `same-${8 - i}`), 'one-2', 'one-1'])
  })

  it('shows the size of a body that is not kept any more, and no payload', async () => {
    await using hub = await openDeliveries()
    const events = createEvents()
    const deps = { store: hub.store, enqueue, events, clock: Date.now }
    const retention = { ...defaultRetention, deliveries: 0 }
    await removeOldRows({ ...deps, retention })({}, { signal: new AbortController().signal } as never)
    const { status, body: shown } = await hub.get(hub.ada, '/deliveries/one-1')
    expect(status).toBe(200)
    expect(shown).toMatchObject({ id: 'one-1', size: body.length, payload: null })
    expect((await hub.get(hub.olga, '/retention')).body[0]).toEqual({
      what: 'delivery_bodies',
      days: 14,
      removed: 4,
      last_removed: 4,
      last_at: expect.any(String),
    })
    const again = await hub.ask({
      method: 'POST',
      url: '/api/v1/deliveries/none-1/apply',
      as: hub.olga,
      payload: {},
    })
    expect(again.statusCode).toBe(409)
  })

  it('applies one again that was given up, for those who may write there, and no other', async () => {
    await using hub = await openDeliveries()
    await hub.store.write((tx) =>
      markDelivery(tx, 'one-1', { state: 'failed', repository_id: 1, error: 'no' }),
    )
    const apply = async (as: SignedIn, id: string) => {
      const answer = await hub.ask({ method: 'POST', url: `/api/v1/deliveries/${id}/apply`, as, payload: {} })
      return { status: answer.statusCode, body: answer.json() }
    }
    expect((await apply(hub.bob, 'one-1')).status).toBe(404)
    const lend = (permission: 'pull' | 'push') =>
      hub.store.write((tx) =>
        saveAccess(tx, [{ user_id: hub.ada.userId, repository_id: 1, permission, synced_at: 0 }]),
      )
    await lend('pull')
    expect((await apply(hub.ada, 'one-1')).status).toBe(403)
    await lend('push')
    expect(await apply(hub.ada, 'one-1')).toMatchObject({
      status: 202,
      body: { id: 'one-1', state: 'pending', error: null },
    })
    const [due] = await listDueDeliveries(hub.store.read, { now: Date.now() + 1_000, limit: 10 })
    expect(due).toMatchObject({ attempts: 0 })
    // It waits now; what is applied is not applied again.
    expect((await apply(hub.ada, 'one-1')).status).toBe(409)
    expect((await apply(hub.ada, 'one-2')).status).toBe(409)
    // Of no repository: the owner's.
    expect((await apply(hub.olga, 'none-1')).status).toBe(202)
    const audit = (await hub.get(hub.olga, '/audit')).body as { action: string; target: string }[]
    expect(audit.filter(({ action }) => action === 'delivery.applied').map(({ target }) => target)).toEqual([
      'none-1',
      'one-1',
    ])
  })
})
