import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { loadDelivery } from '../../src/store/deliveries.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { openVersion } from '../support/open-version.ts'
import { dialects, tempDatabase, tempFolder } from '../support/temp-store.ts'

it.each(dialects)(
  'deliveries of before keep what is known of them on %s, and get their order',
  async (dialect) => {
    const place = await (dialect === 'sqlite' ? tempFolder() : tempDatabase())
    const open = (known: typeof migrations) => openVersion(place, known)
    const before = await open(migrations.filter(({ id }) => id < 11))
    const [body, digest] = [Buffer.from('{"a":1}'), Buffer.alloc(16, 7)]
    await before.write(async (tx) => {
      for (const [id, state, receivedAt, kept, droppedSize] of [
        ['b', 'pending', 2, body, null],
        ['a', 'applied', 2, body, null],
        ['c', 'stored', 1, Buffer.alloc(0), 9],
      ]) {
        await sql`insert into deliveries (id, event, action, repository_id, received_at, applied_at, state, body, attempts,
          due_at, dropped_size)
        values (${id}, 'issues', 'opened', 7, ${receivedAt}, 3, ${state}, ${kept}, 4, 5, ${droppedSize})`.execute(
          tx,
        )
      }
      await sql`insert into delivery_bodies (delivery_id, hash, event, received_at, repeat_of)
      values ('a', ${digest}, 'issues', 2, 'earlier')`.execute(tx)
    })
    await before.close()

    const after = await open(migrations)
    const inOrder = await after.read.selectFrom('deliveries').select('id').orderBy('seq').execute()
    expect(inOrder.map(({ id }) => id)).toEqual(['c', 'a', 'b'])
    const common = {
      event: 'issues',
      action: 'opened',
      repository_id: 7,
      applied_at: 3,
      attempts: 4,
      due_at: 5,
    }
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((id) => loadDelivery(after.read, id)))
    expect(a).toMatchObject({ ...common, received_at: 2, state: 'applied', size: 7, repeat_of: 'earlier' })
    expect([Buffer.from(a!.digest!), Buffer.from(a!.body!)]).toEqual([digest, body])
    expect(b).toMatchObject({ ...common, state: 'pending', size: 7, digest: null, repeat_of: null })
    expect(c).toMatchObject({ ...common, received_at: 1, state: 'stored', size: 9, body: null })
    await after.close()
    await place.remove()
  },
)
