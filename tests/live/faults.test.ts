import { afterEach, describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { append } from '../support/append.ts'
import { breakConnections, breakTable } from '../support/break-store.ts'
import { dialects } from '../support/temp-store.ts'
import { until } from '../support/until.ts'
import { about, closeRooms, startRoom } from './live-room.ts'

afterEach(closeRooms)

const rightsOf = (user: string) => ({
  topic: `inbox:${user}`,
  kind: 'access.updated',
  data: { user_id: user, added: 0, removed: 0 },
})
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe.each(dialects)('live sockets on %s', (dialect) => {
  it('lose nothing and send nothing twice when a query of rights fails in the middle of a batch', async () => {
    const room = await startRoom(dialect)
    const [ada, bob] = [await room.open('ada'), await room.open('bob')]
    for (const [client, inbox] of [
      [ada, 'inbox:ada'],
      [bob, 'inbox:bob'],
    ] as const) {
      await client.subscribe(['repo:*', 'system', inbox])
    }
    const mend = await breakTable(room.store, 'access')
    await room.append(about(1), rightsOf('ada'), about(2), about(1), rightsOf('ada'), about(2))
    const last = (await room.append(about(1))).at(-1)!
    // Nobody waits for the rights of somebody else.
    await bob.until(last)
    expect(bob.changes().map(({ seq }) => seq)).toEqual([1, 4, last])
    await until(() => /live rights/.test(room.logged.join()))
    expect(ada.changes().map(({ seq }) => seq)).toEqual([1])
    await mend()
    await ada.until(last)
    expect(ada.changes().map(({ seq }) => seq)).toEqual(upTo(last))
  })

  it('send what somebody missed although the log could not be read at first', async () => {
    const room = await startRoom(dialect)
    await room.append(about(1), about(2))
    const [ada] = [await room.open('ada')]
    // The room that wrote these has them at hand; another one does not.
    const other = await startRoom(dialect, { store: room.store })
    const reader = await other.open('ada')
    const mend = await breakTable(room.store, 'changes')
    const subscribed = reader.subscribe(['repo:*'], 0)
    await until(() => /live replay/.test(other.logged.join()))
    await ada.subscribe(['repo:*'], 0)
    expect(ada.changes().map(({ seq }) => seq)).toEqual([1, 2])
    await mend()
    await subscribed
    expect(reader.changes().map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('send what somebody missed among very much that is not for them', async () => {
    const room = await startRoom(dialect)
    const foreign = Array.from({ length: 10_600 }, () => about(2))
    await room.append(about(1), ...foreign, { ...about(1), topic: 'system', repository_id: null }, about(1))
    const other = await startRoom(dialect, { store: room.store })
    await room.live.settled()
    for (const live of [room, other]) {
      const [bob, ada] = [await live.open('bob'), await live.open('ada')]
      await bob.subscribe(['repo:*', 'system', 'run:*'], 0)
      expect(bob.changes().map(({ seq }) => seq)).toEqual([1, 10_602, 10_603])
      await ada.subscribe(['repo:2', 'system'], 10_500)
      expect(ada.changes().map(({ seq }) => seq)).toEqual(upTo(10_602).slice(10_500))
    }
  })

  it('reset who missed what the log no longer has', async () => {
    const room = await startRoom(dialect)
    await room.append(...Array.from({ length: 10 }, () => about(1)))
    await room.store.write((tx) => tx.deleteFrom('changes').where('seq', '<=', 5).execute())
    const other = await startRoom(dialect, { store: room.store })
    const [late, early] = [await other.open('ada'), await other.open('ada')]
    await early.subscribe(['repo:1'], 5)
    expect(early.changes().map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10])
    await late.subscribe(['system'])
    await late.subscribe(['repo:1'], 4)
    expect(late.received.filter((m) => m.type === 'reset')).toEqual([
      { type: 'reset', topic: 'repo:1', seq: 10 },
    ])
    expect(late.changes()).toEqual([])
  })
})

describe('live sockets on postgres', () => {
  it('go on where they were when every connection to the database breaks', async () => {
    const room = await startRoom('postgres')
    const elsewhere = await openStore(room.store.place)
    const ada = await room.open('ada')
    await ada.subscribe(['repo:*', 'inbox:ada'])
    let last = 0
    for (let round = 0; round < 20; round++) {
      if (round % 5 === 2) await breakConnections(room.store)
      while (!(await room.append(about(1)).catch(() => null))) {}
      // Whoever writes here is told that it failed, and writes again; the sockets only follow.
      for (;;) {
        const seqs = await append(elsewhere, [about(2), rightsOf('ada')]).catch(() => null)
        if (!seqs) continue
        last = seqs.at(-1)!
        break
      }
    }
    await ada.until(last)
    expect(ada.changes().map(({ seq }) => seq)).toEqual(upTo(last))
    await elsewhere.close()
  })
})
