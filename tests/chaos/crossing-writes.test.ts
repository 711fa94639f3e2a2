import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { appendChanges, lastSeq } from '../../src/store/changes.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { openTempStore } from '../support/temp-store.ts'

it('two hubs on one Postgres whose groups of writes cross lose and refuse nothing', async () => {
  await using store = await openTempStore('postgres')
  const second = await openStore(store.place)
  const rows = ['a', 'b', 'c', 'd', 'e', 'f']
  await store.write(async (tx) => {
    for (const key of rows)
      await tx.insertInto('settings').values({ key, value: '0', updated_at: 0 }).execute()
  })
  // Each write takes two rows in the one order that all keep; a group of them holds rows in any order.
  const write = (through: Store, n: number) => {
    const first = n % (rows.length - 1)
    const then = first + 1 + ((n * 7) % (rows.length - first - 1))
    return through.write(async (tx) => {
      for (const key of [rows[first], rows[then]])
        await sql`update settings set updated_at = updated_at + 1 where key = ${key}`.execute(tx)
      appendChanges(tx, 0, [{ topic: 'crossing', kind: 'test', data: n }])
    })
  }
  const writes = 300
  await Promise.all(Array.from({ length: writes }, (_, n) => write(n % 2 ? store : second, n)))
  const counted = await store.read.selectFrom('settings').select('updated_at').execute()
  expect(counted.reduce((sum, { updated_at }) => sum + updated_at, 0)).toBe(2 * writes)
  expect(await lastSeq(store.read)).toBe(writes)
  await second.close()
}, 60_000)
