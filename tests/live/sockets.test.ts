import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ServerMessage } from '../../contract/live.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/store.ts'
import { append } from '../support/append.ts'
import { dialects } from '../support/temp-store.ts'
import { about, closeRooms, startRoom } from './live-room.ts'

/** Left for the question to the database and the close itself. */
const marginMs = 500

afterEach(async () => {
  vi.useRealTimers()
  await closeRooms()
})

describe.each(dialects)('live sockets on %s', (dialect) => {
  it('sends a change to those who may see it and to nobody else', async () => {
    const room = await startRoom(dialect)
    const [a, b] = [await room.open('ada'), await room.open('bob')]
    await a.subscribe(['repo:*', 'system'])
    await b.subscribe(['repo:*', 'system'])
    await room.append(about(2, { secret: true }), about(1), { topic: 'inbox:ada', kind: 'x', data: {} })
    const [last] = await room.append({ topic: 'system', kind: 'user.updated', data: {} })
    await Promise.all([a.until(last!), b.until(last!)])
    expect(a.changes().map((change) => change.topic)).toEqual(['repo:2', 'repo:1', 'system'])
    expect(b.changes().map((change) => change.topic)).toEqual(['repo:1', 'system'])
  })

  it('refuses topics of repositories that one may not read as if they did not exist', async () => {
    const room = await startRoom(dialect)
    const b = await room.open('bob')
    b.send({ type: 'subscribe', topics: ['repo:2', 'repo:999', 'inbox:ada', 'run:none', 'nonsense'] })
    await b.subscribe(['repo:1'])
    const errors = b.received.filter((m) => m.type === 'error')
    expect(errors.map((m) => [m.topic, m.code])).toEqual([
      ['repo:2', 'not_found'],
      ['repo:999', 'not_found'],
      ['inbox:ada', 'not_found'],
      ['run:none', 'not_found'],
      ['nonsense', 'not_found'],
    ])
    await room.append(about(2))
    const [last] = await room.append(about(1))
    await b.until(last!)
    expect(b.changes().map((change) => change.repository_id)).toEqual([1])
  })

  it('replays to nobody what they may not read', async () => {
    const room = await startRoom(dialect)
    await room.append(about(2, { secret: true }), about(1))
    await room.append(
      { topic: 'run:r', kind: 'run.finished', repository_id: 2, data: { secret: true } },
      { topic: 'run:r', kind: 'run.finished', repository_id: 1, data: {} },
    )
    const [a, b] = [await room.open('ada'), await room.open('bob')]
    await a.subscribe(['repo:*', 'run:*'], 0)
    await b.subscribe(['repo:*', 'run:*'], 0)
    expect(a.changes().map((change) => change.repository_id)).toEqual([2, 1, 2, 1])
    expect(b.changes().map((change) => change.repository_id)).toEqual([1, 1])
  })

  it('resumes after a seq without gap or duplicate while changes keep coming', async () => {
    const room = await startRoom(dialect)
    let last = 0
    for (let round = 0; round < 20; round++) {
      ;[last] = (await room.append(...Array.from({ length: 25 }, (_, i) => about((i % 2) + 1)))).slice(
        -1,
      ) as [number]
    }
    const clients = await Promise.all(Array.from({ length: 10 }, () => room.open('ada')))
    const writing = (async () => {
      for (let round = 0; round < 60; round++) {
        ;[last] = (await room.append(about(1), about(2), about(1))).slice(-1) as [number]
      }
    })()
    await Promise.all(clients.map((client, index) => client.subscribe(['repo:1', 'repo:*'], index * 45)))
    await writing
    await Promise.all(clients.map((client) => client.until(last)))
    clients.forEach((client, index) => {
      const seqs = client.changes().map((change) => change.seq)
      expect(seqs).toEqual(Array.from({ length: last - index * 45 }, (_, i) => index * 45 + 1 + i))
    })
  })

  it('keeps the order while a topic catches up whose changes also come by another name', async () => {
    const room = await startRoom(dialect)
    for (let round = 0; round < 100; round++) await room.append(...Array.from({ length: 30 }, () => about(1)))
    const a = await room.open('ada')
    await a.subscribe(['repo:*'])
    let last = 0
    const writing = (async () => {
      for (let round = 0; round < 100; round++) [last] = (await room.append(about(1))) as [number]
    })()
    await a.subscribe(['repo:1'], 0)
    await writing
    await a.until(last)
    // What came by the other name before the hub read the wish to begin at 0 comes again, as was asked.
    const seqs = a.changes().map((change) => change.seq)
    expect(seqs.slice(seqs.indexOf(1))).toEqual(Array.from({ length: last }, (_, i) => i + 1))
  })

  it('does not send again what the client read elsewhere before the feed came to it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const room = await startRoom(dialect, { deaf: true })
    const elsewhere = await openStore(room.store.place)
    await append(elsewhere, [about(1), about(1), about(1)])
    const a = await room.open('ada')
    await a.subscribe(['repo:1'], 2)
    vi.advanceTimersByTime(1_000)
    await a.until(3)
    expect(a.changes().map(({ seq }) => seq)).toEqual([3])
    await elsewhere.close()
  })

  it('carries only run-level changes on run:*', async () => {
    const room = await startRoom(dialect)
    const a = await room.open('ada')
    await a.subscribe(['run:*'])
    await room.append({ topic: 'run:r', kind: 'step.started', maker: 'ada', data: {} })
    const [last] = await room.append({ topic: 'run:r', kind: 'run.finished', maker: 'ada', data: {} })
    await a.until(last!)
    expect(a.changes().map((change) => change.kind)).toEqual(['run.finished'])
  })

  it.each([
    ['as it comes', undefined],
    ['replayed', 0],
  ])('shows a run only to whom it belongs, and a hidden workflow to its maker, %s', async (_, since) => {
    const room = await startRoom(dialect)
    const mine = { kind: 'run.started', data: {} }
    const write = () =>
      room.append(
        { ...mine, topic: 'run:adas', maker: 'ada' },
        { ...mine, topic: 'run:started-by-ada', maker: 'carl', started_by: 'ada' },
        { ...mine, topic: 'run:bobs', maker: 'bob', started_by: 'bob' },
        { ...mine, topic: 'run:of-one', maker: 'ada', repository_id: 1 },
        { ...mine, topic: 'run:of-both', maker: 'bob', repository_id: 1, repositories: [1, 2] },
        { topic: 'system', kind: 'workflow.updated', data: {}, maker: 'ada' },
        { topic: 'system', kind: 'workflow.updated', data: {}, maker: 'bob' },
        { topic: 'system', kind: 'user.updated', data: {} },
      )
    if (since !== undefined) await write()
    const [a, b] = [await room.open('ada'), await room.open('bob')]
    await Promise.all([a, b].map((client) => client.subscribe(['run:*', 'system'], since)))
    if (since === undefined) await write()
    await Promise.all([a.until(8), b.until(8)])
    const seqs = (client: typeof a) => client.changes().map(({ seq }) => seq)
    // Ada is the owner of the hub, and so sees the workflow that Bob hides.
    expect(seqs(a)).toEqual([1, 2, 4, 5, 6, 7, 8])
    expect(seqs(b)).toEqual([3, 4, 7, 8])
  })

  it('says reset when asked for more than the log can tell', async () => {
    const room = await startRoom(dialect)
    await room.append(about(1))
    await room.live.settled()
    const a = await room.open('ada')
    await a.subscribe(['repo:1'], 1_000_000)
    expect(a.received.find((m) => m.type === 'reset')).toMatchObject({ topic: 'repo:1', seq: 1 })
    const [last] = await room.append(about(1))
    await a.until(last!)
    expect(a.changes().map((change) => change.seq)).toEqual([last])
  })

  it('follows rights as they are given', async () => {
    const room = await startRoom(dialect)
    const b = await room.open('bob')
    await b.subscribe(['repo:*'])
    const [, last] = await append(
      room.store,
      [
        { topic: 'inbox:bob', kind: 'access.updated', data: { user_id: 'bob', added: 1, removed: 0 } },
        about(2),
      ],
      {
        besides: (tx) =>
          tx
            .insertInto('access')
            .values({ user_id: 'bob', repository_id: 2, permission: 'pull', synced_at: 0 })
            .execute(),
      },
    )
    await b.until(last!)
    expect(b.changes().map((change) => change.topic)).toEqual(['repo:2'])
  })

  it('closes the sockets of a session that ends', async () => {
    const room = await startRoom(dialect)
    const [a, b] = [await room.open('ada'), await room.open('bob')]
    room.events.emit('session.revoked', { userId: 'bob', sessionId: 'bobs' })
    const [code] = await once(b.socket, 'close')
    expect(code).toBe(1008)
    await a.subscribe(['system'])
    expect(room.live.open).toBe(1)
  })

  it('closes the sockets of an API token that is revoked, and those of no other token', async () => {
    const room = await startRoom(dialect)
    const [first, other] = [await room.open('ada'), await room.open('ada', 'another')]
    room.events.emit('token.revoked', { tokenId: 'adas' })
    expect((await once(first.socket, 'close'))[0]).toBe(1008)
    await other.subscribe(['system'])
    expect(room.live.open).toBe(1)
  })

  const ends: [string, 'ada' | 'bob', (tx: Db) => Promise<unknown>][] = [
    [
      'another process ended the session',
      'bob',
      (tx) => tx.updateTable('sessions').set({ revoked_at: 1 }).where('id', '=', 'bobs').execute(),
    ],
    [
      'the session is past its end',
      'bob',
      (tx) => tx.updateTable('sessions').set({ expires_at: 1 }).where('id', '=', 'bobs').execute(),
    ],
    [
      'another process revoked the API token',
      'ada',
      (tx) => tx.updateTable('api_tokens').set({ revoked_at: 1 }).where('id', '=', 'adas').execute(),
    ],
    [
      'the API token is past its end',
      'ada',
      (tx) => tx.updateTable('api_tokens').set({ expires_at: 1 }).where('id', '=', 'adas').execute(),
    ],
    [
      'another process switched the account off',
      'ada',
      (tx) => tx.updateTable('users').set({ disabled_at: 1 }).where('id', '=', 'ada').execute(),
    ],
  ]
  it.each(ends)('closes within five seconds, and nobody else, when %s', async (title, who, end) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const room = await startRoom(dialect)
    const [theirs, other] = [await room.open(who), await room.open(who === 'ada' ? 'bob' : 'ada')]
    const another = who === 'ada' && title.includes('token') ? await room.open('ada', 'another') : other
    await room.store.write(end)
    const closed = once(theirs.socket, 'close')
    vi.advanceTimersByTime(5_000 - marginMs)
    expect((await closed)[0]).toBe(1008)
    await other.subscribe(['system'])
    await another.subscribe(['system'])
  })

  it('sheds a reader that does not keep up, and nobody else', async () => {
    const room = await startRoom(dialect)
    const [slow, quick] = [await room.open('ada'), await room.open('ada')]
    await slow.subscribe(['repo:1'])
    await quick.subscribe(['repo:1'])
    const closed = new Promise<string>((resolve) =>
      room.events.on('socket.closed', ({ reason }) => resolve(reason)),
    )
    slow.socket.pause()
    const text = 'x'.repeat(200_000)
    let last = 0
    let reason: string | null = null
    closed.then((r) => {
      reason = r
    })
    for (let round = 0; round < 400 && reason === null; round++) {
      ;[last] = (await room.append(about(1, { text }))) as [number]
      await quick.until(last)
    }
    expect(reason ?? (await closed)).toMatch(/slow reader|1006/)
    expect(quick.changes().at(-1)?.seq).toBe(last)
    expect(room.live.open).toBe(1)
  })

  it('finds a dead peer', async () => {
    const room = await startRoom(dialect, { heartbeatMs: 50 })
    const a = await room.open('ada')
    const gone = new Promise((resolve) => room.events.on('socket.closed', resolve))
    // A peer that neither reads nor answers pings any more.
    a.socket.pause()
    await gone
    expect(room.live.open).toBe(0)
  })

  it('answers what it does not understand and goes on', async () => {
    const room = await startRoom(dialect)
    const a = await room.open('ada')
    a.socket.send('{nonsense')
    a.send({ type: 'subscribe', topics: [] })
    a.send({ type: 'subscribe', topics: ['repo:1'], extra: 1 })
    a.send({ type: 'ping', t: 12.5 })
    const pong = await a.message((m): m is ServerMessage & { type: 'pong' } => m.type === 'pong')
    expect(pong.t).toBe(12.5)
    expect(a.received.filter((m) => m.type === 'error').map((m) => m.code)).toEqual([
      'malformed_json',
      'invalid_request',
      'invalid_request',
    ])
  })
})
