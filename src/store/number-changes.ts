import { sql } from 'kysely'
import type { LoggedChange } from './changes.ts'
import { compiled, compiledInsert } from './compiled.ts'
import { type Collected, notesOf } from './signals.ts'
import type { Db } from './store.ts'

const insert = compiledInsert('changes', [
  'seq',
  'at',
  'topic',
  'kind',
  'actor',
  'repository_id',
  'delivery_id',
  'received_at',
  'maker',
  'started_by',
  'repositories',
  'data',
])

/**
 * Numbers and inserts the changes that transactions have collected, as the last statements of the commit that they
 * share. Numbers have no gaps and follow the order of commit: from here on the row of `change_head` is held until
 * the commit ends, and a rollback gives its numbers back. Because it comes last, nobody waits for the head of the
 * log while somebody works, and every transaction takes its locks in one order.
 */
export async function numberChanges(tx: Db, txs: readonly Db[]): Promise<readonly LoggedChange[]> {
  const collected = txs.flatMap((each) => notesOf(each).changes)
  if (collected.length === 0) return []
  const { rows } = await advance(tx, { count: collected.length })
  const first = rows[0]!.seq - collected.length + 1
  await insert(tx, valuesOf(collected, first))
  return collected.map(({ json: _, ...change }, index) => ({ seq: first + index, ...change }))
}

const advance = compiled<{ count: number }, { seq: number }>((db, value) =>
  db
    .updateTable('change_head')
    .set({ seq: sql`seq + ${value('count')}` })
    .where('id', '=', 1)
    .returning('seq'),
)

function valuesOf(changes: readonly Collected[], first: number): unknown[] {
  const values: unknown[] = []
  let seq = first
  for (const change of changes) {
    values.push(
      seq++,
      change.at,
      change.topic,
      change.kind,
      change.actor,
      change.repository_id,
      change.delivery_id,
      change.received_at,
      change.maker,
      change.started_by,
      change.repositories && JSON.stringify(change.repositories),
      change.json,
    )
  }
  return values
}
