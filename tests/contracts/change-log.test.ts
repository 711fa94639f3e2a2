import { describe, expect, it } from 'vitest'
import { appendChanges, firstSeq, type LoggedChange, lastSeq, readChanges } from '../../src/store/changes.ts'
import { openStore } from '../../src/store/open-store.ts'
import { inSavepoint } from '../../src/store/savepoint.ts'
import { afterCommit, noteTasks } from '../../src/store/signals.ts'
import { listChanges } from '../../src/store/visible-changes.ts'
import { append } from '../support/append.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { changes, repository, setting, settings, user } from './some-rows.ts'

describe.each(dialects)('the change log on %s', (dialect) => {
  it('numbers changes from 1 without gaps, in order of commit, whatever fails in between', async () => {
    await using store = await openTempStore(dialect)
    const heard: number[] = []
    store.onChanges((seq) => heard.push(seq))
    const acknowledged: number[] = []
    const told: LoggedChange[] = []
    store.onAppended((changes) => told.push(...changes))
    await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        store.write((tx) => {
          appendChanges(tx, index, changes(1 + (index % 3), 'repo:1'))
          afterCommit(tx, (appended) => acknowledged.push(...appended.map(({ seq }) => seq)))
          if (index % 7 === 0) throw new Error('rolled back')
        }),
      ),
    )
    const log = await readChanges(store.read, { after: 0, limit: 10_000 })
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: log.length }, (_, index) => index + 1))
    expect(acknowledged).toEqual(log.map(({ seq }) => seq))
    expect(told).toEqual(log)
    expect(await lastSeq(store.read)).toBe(log.length)
    await expect.poll(() => Math.max(...heard)).toBe(log.length)
  })

  it('keeps every field, and appends more changes than fit into one statement', async () => {
    await using store = await openTempStore(dialect)
    const change = {
      topic: 'repo:1',
      kind: 'push',
      actor: 'mona',
      repository_id: 1,
      delivery_id: 'guid',
      received_at: 5,
      maker: 'mona',
      started_by: 'hubot',
      repositories: [1, 2],
      data: { nested: ['ünïcode', null, 1.5] },
    }
    const seqs = await append(store, [change, ...changes(120, 'repo:2')], { now: 9 })
    expect(seqs).toEqual(Array.from({ length: 121 }, (_, index) => index + 1))
    const [first, ...rest] = await readChanges(store.read, { after: 0, limit: 200 })
    expect(first).toEqual({ seq: 1, at: 9, ...change })
    expect(rest.map(({ data }) => data)).toEqual(changes(120, '').map(({ data }) => data))
  })

  it('reads upwards from a seq', async () => {
    await using store = await openTempStore(dialect)
    await store.write(async (tx) => {
      for (const topic of ['a', 'b', 'c', 'a', 'b', 'c', 'a']) appendChanges(tx, 0, changes(1, topic))
    })
    const seqs = async (range: Parameters<typeof readChanges>[1]) =>
      (await readChanges(store.read, range)).map(({ seq }) => seq)
    expect(await seqs({ after: 2, limit: 3 })).toEqual([3, 4, 5])
    expect(await seqs({ after: 7, limit: 3 })).toEqual([])
    expect(await firstSeq(store.read)).toBe(1)
  })

  it('tells listeners of commits that appended, also of other processes on a shared server', async () => {
    await using store = await openTempStore(dialect)
    const heard: number[] = []
    const off = store.onChanges((seq) => heard.push(seq))
    await store.write((tx) => setting(tx, 'silent', '1'))
    await store.write((tx) => appendChanges(tx, 0, changes(2, 'a')))
    await expect.poll(() => heard).toEqual([2])
    if (dialect === 'postgres') {
      const second = await openStore(store.place)
      await second.write((tx) => appendChanges(tx, 0, changes(1, 'a')))
      await expect.poll(() => heard).toEqual([2, 3])
      await second.close()
    }
    const before = heard.length
    off()
    await store.write((tx) => appendChanges(tx, 0, changes(1, 'a')))
    expect(heard.length).toBe(before)
  })

  it('undoes a part of a transaction alone, with what it wrote, appended and enqueued', async () => {
    await using store = await openTempStore(dialect)
    const called: string[] = []
    let tasks = 0
    store.onTasks(() => tasks++)
    await store.write(async (tx) => {
      appendChanges(tx, 0, changes(1, 'before'))
      const part = (name: string, fails: boolean) =>
        inSavepoint(tx, async () => {
          await setting(tx, name, '1')
          appendChanges(tx, 0, changes(1, name))
          afterCommit(tx, () => called.push(name))
          if (!fails) return
          noteTasks(tx)
          await setting(tx, name, '2') // refused by the database
        })
      await part('one', false)
      await expect(part('two', true)).rejects.toThrow()
      await part('three', false)
    })
    const log = await readChanges(store.read, { after: 0, limit: 10 })
    expect(log.map(({ seq, topic }) => [seq, topic])).toEqual([
      [1, 'before'],
      [2, 'one'],
      [3, 'three'],
    ])
    expect(await settings(store)).toEqual({ one: '1', three: '1' })
    expect(called).toEqual(['one', 'three'])
    expect(tasks).toBe(0)
  })

  it('refuses at once what the log cannot hold, and spares who shares the commit', async () => {
    await using store = await openTempStore(dialect)
    const [fine, refused] = await Promise.allSettled([
      append(store, changes(1, 'a')),
      append(store, [{ topic: 'b', kind: 'k', data: null, repository_id: 1.5 }]),
    ])
    expect(fine.status).toBe('fulfilled')
    expect(refused).toMatchObject({ status: 'rejected', reason: { name: 'TypeError' } })
    expect(await append(store, changes(1, 'c'))).toEqual([2])
  })

  it('lists changes newest first, and only those that the person may see', async () => {
    await using store = await openTempStore(dialect)
    await store.write(async (tx) => {
      await user(tx, 'mona')
      await user(tx, 'hubot')
      for (const id of [1, 2]) await repository(tx, id)
      await tx
        .insertInto('access')
        .values({ user_id: 'mona', repository_id: 1, permission: 'pull', synced_at: 0 })
        .execute()
      appendChanges(tx, 0, [
        { topic: 'repo:1', kind: 'k', repository_id: 1, data: 'one' },
        { topic: 'repo:2', kind: 'k', repository_id: 2, data: 'two' },
        { topic: 'inbox:mona', kind: 'k', data: 'hers' },
        { topic: 'inbox:hubot', kind: 'k', data: 'his' },
        { topic: 'system', kind: 'k', data: 'all' },
      ])
    })
    const seen = async (userId: string, more = {}) =>
      (await listChanges(store.read, { userId, maintains: false, limit: 10, ...more })).map(
        ({ data }) => data,
      )
    expect(await seen('mona')).toEqual(['all', 'hers', 'one'])
    expect(await seen('hubot')).toEqual(['all', 'his'])
    expect(await seen('mona', { before: 5, limit: 1 })).toEqual(['hers'])
    expect(await seen('mona', { topic: 'repo:2' })).toEqual([])
  })
})
