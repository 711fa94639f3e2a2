import { describe, expect, it } from 'vitest'
import { acceptTogether } from '../../src/store/accept-together.ts'
import { loadDelivery, markDelivery } from '../../src/store/deliveries.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'

const delivery = (id: string, text = id) => ({
  ...{ id, event: 'push', received_at: 7, headers: '{"user-agent":"GitHub-Hookshot"}' },
  body: Buffer.from(text),
})

describe.each(dialects)('webhooks that come at once on %s', (dialect) => {
  it('are all stored with their own bodies, also more than one write takes', async () => {
    await using store = await openTempStore(dialect)
    const accept = acceptTogether(store)
    const ids = Array.from({ length: 203 }, (_, index) => `guid-${index}`)
    const added = await Promise.all(ids.map((id) => accept(delivery(id))))
    expect(added).toEqual(ids.map(() => true))
    for (const id of ids) {
      const stored = await loadDelivery(store.read, id)
      expect(stored).toMatchObject({ id, event: 'push', state: 'pending', received_at: 7, due_at: 7 })
      expect(Buffer.from(stored!.body!).toString()).toBe(id)
      expect(stored).toMatchObject({ size: id.length, headers: '{"user-agent":"GitHub-Hookshot"}' })
    }
  })

  it('are each told for themselves: of one GUID the first is stored, and one that is known is not', async () => {
    await using store = await openTempStore(dialect)
    const accept = acceptTogether(store)
    expect(await accept(delivery('known'))).toBe(true)
    const added = await Promise.all([
      accept(delivery('known')),
      accept(delivery('twice', 'first')),
      accept(delivery('new')),
      accept(delivery('twice', 'second')),
    ])
    expect(added).toEqual([false, true, true, false])
    expect(Buffer.from((await loadDelivery(store.read, 'twice'))!.body!).toString()).toBe('first')
  })

  it('are tried again with others when they failed before, with the same body only', async () => {
    await using store = await openTempStore(dialect)
    const accept = acceptTogether(store)
    await Promise.all(['a', 'b'].map((id) => accept(delivery(id))))
    await store.write(async (tx) => {
      for (const id of ['a', 'b']) await markDelivery(tx, id, { state: 'failed', error: 'broken' })
    })
    const added = await Promise.all([
      accept(delivery('a')),
      accept(delivery('b', 'another')),
      accept(delivery('c')),
    ])
    expect(added).toEqual([true, false, true])
    expect(await loadDelivery(store.read, 'a')).toMatchObject({ state: 'pending', attempts: 0 })
    expect(await loadDelivery(store.read, 'b')).toMatchObject({ state: 'failed' })
  })

  it('are all refused when their write cannot be committed', async () => {
    const store = await openTempStore(dialect)
    const accept = acceptTogether(store)
    await store[Symbol.asyncDispose]()
    const refused = await Promise.allSettled(['a', 'b'].map((id) => accept(delivery(id))))
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
