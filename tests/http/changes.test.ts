import { describe, expect, it } from 'vitest'
import type { Change } from '../../contract/live.ts'
import { append } from '../support/append.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

/** Ada reads repository 1, Bob does not; changes 1 to 6 belong to different people. */
async function openChanges() {
  const hub = await openTestApp()
  const ada = await hub.signIn({ login: 'ada' })
  const bob = await hub.signIn({ login: 'bob' })
  const [first = 0] = await append(
    hub.store,
    [
      {
        topic: 'repo:1',
        kind: 'issue.updated',
        data: 1,
        repository_id: 1,
        received_at: 900,
        delivery_id: 'guid',
      },
      { topic: 'system', kind: 'user.updated', data: 2 },
      { topic: `inbox:${ada.userId}`, kind: 'inbox', data: 3 },
      { topic: `inbox:${bob.userId}`, kind: 'inbox', data: 4 },
      { topic: 'run:a', kind: 'run.created', data: 5, repository_id: 1 },
      { topic: 'run:b', kind: 'run.created', data: 6, maker: ada.userId },
    ],
    {
      now: 1_000,
      besides: (tx) => seedRepository(tx, { id: 1, fullName: 'acme/one', readers: [ada.userId] }),
    },
  )
  const get = async (as: SignedIn, query = '') => {
    const answer = await hub.ask({ method: 'GET', url: `/api/v1/changes${query}`, as })
    return { status: answer.statusCode, body: answer.json(), link: String(answer.headers.link) }
  }
  /** What was planted, as far as this person sees it; signing in leaves changes too. */
  const seen = async (as: SignedIn, query = '') =>
    (await get(as, query)).body
      .filter((change: Change) => change.seq >= first)
      .map((change: Change) => change.data)
  return { ...hub, ada, bob, first, get, seen }
}

describe('changes', () => {
  it('shows each person what they may see, newest first', async () => {
    await using hub = await openChanges()
    expect(await hub.seen(hub.ada)).toEqual([6, 5, 3, 2, 1])
    expect(await hub.seen(hub.bob)).toEqual([4, 2])
  })

  it('keeps one topic to those who may see it', async () => {
    await using hub = await openChanges()
    expect(await hub.seen(hub.ada, '?topic=repo:1')).toEqual([1])
    expect(await hub.seen(hub.bob, '?topic=repo:1')).toEqual([])
    expect(await hub.seen(hub.bob, `?topic=inbox:${hub.ada.userId}`)).toEqual([])
    expect(await hub.seen(hub.ada, '?topic=run:a')).toEqual([5])
    expect(await hub.seen(hub.bob, '?topic=run:a')).toEqual([])
  })

  it('tells everything of a change', async () => {
    await using hub = await openChanges()
    const { body } = await hub.get(hub.ada, '?topic=repo:1')
    expect(body).toEqual([
      {
        seq: hub.first,
        at: '1970-01-01T00:00:01.000Z',
        topic: 'repo:1',
        kind: 'issue.updated',
        actor: null,
        repository_id: 1,
        delivery_id: 'guid',
        received_at: '1970-01-01T00:00:00.900Z',
        data: 1,
      },
    ])
  })

  it('reads on from a seq, oldest first, and back from one', async () => {
    await using hub = await openChanges()
    expect(await hub.seen(hub.ada, `?after=${hub.first + 1}`)).toEqual([3, 5, 6])
    expect(await hub.seen(hub.ada, `?before=${hub.first + 4}`)).toEqual([3, 2, 1])
    expect(await hub.seen(hub.ada, `?after=${hub.first}&before=${hub.first + 4}`)).toEqual([2, 3])
  })

  it.each(['?limit=2', '?limit=2&after=0'])('pages by the Link header: %s', async (query) => {
    await using hub = await openChanges()
    const whole = (await hub.get(hub.ada, query.replace('2', '100'))).body
    const paged: Change[] = []
    let next: string | undefined = query
    while (next) {
      const { body, link } = await hub.get(hub.ada, next)
      expect(body.length).toBeLessThanOrEqual(2)
      paged.push(...body)
      next = /changes(\?[^>]+)>; rel="next"/.exec(link)?.[1]
    }
    expect(paged).toEqual(whole)
    expect(paged.length).toBeGreaterThan(4)
  })
})
