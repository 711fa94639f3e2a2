import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../contract/mirror.ts'
import { acceptDelivery, markDelivery } from '../../src/store/deliveries.ts'
import type { Db } from '../../src/store/store.ts'
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
})
