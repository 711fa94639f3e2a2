import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../src/store/migrations/index.ts'
import { openVersion } from '../support/open-version.ts'
import { dialects, tempDatabase, tempFolder } from '../support/temp-store.ts'

it.each(dialects)('tasks of before go on under their job keys on %s, syncs in lanes', async (dialect) => {
  const place = await (dialect === 'sqlite' ? tempFolder() : tempDatabase())
  const open = (known: typeof migrations) => openVersion(place, known)
  const before = await open(migrations.filter(({ id }) => id < 12))
  await before.write(async (tx) => {
    for (const [id, state, key, serial, at] of [
      ['waits', 'ready', 'sync-repository:1', 'sync', 8],
      ['runs', 'running', 'sync-repository:1', 'sync', 9],
      ['runs too', 'running', 'sync-repository:2', 'sync', 9],
      ['given up', 'failed', 'sync-repository:1', 'sync', 9],
      ['repeats', 'ready', 'recheck-access', null, 9],
    ]) {
      await sql`insert into tasks (id, kind, payload, state, dedupe_key, concurrency_key, concurrency_limit, run_at,
        priority, attempts, max_attempts, created_at)
        values (${id}, 'k', '{}', ${state}, ${key}, ${serial}, 6, 1, 0, 0, 10, ${at})`.execute(tx)
    }
  })
  await before.close()

  const after = await open(migrations)
  const rows = await after.read
    .selectFrom('tasks')
    .select(['id', 'state', 'job_key', 'serial_key'])
    .orderBy('id')
    .execute()
  expect(rows).toEqual([
    { id: 'given up', state: 'failed', job_key: null, serial_key: null },
    { id: 'repeats', state: 'ready', job_key: 'recheck-access', serial_key: null },
    { id: 'runs', state: 'running', job_key: null, serial_key: null },
    { id: 'runs too', state: 'running', job_key: null, serial_key: null },
    { id: 'waits', state: 'ready', job_key: 'sync-repository:1', serial_key: 'sync:2' },
  ])
  await after.close()
  await place.remove()
})
