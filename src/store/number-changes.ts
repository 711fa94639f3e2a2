import { sql } from 'kysely'
import type { LoggedChange } from './changes.ts'
import { type Answer, compiled } from './compiled.ts'
import { type Collected, notesOf } from './signals.ts'
import type { Db } from './store.ts'

/** Rows of one insert: enough for most commits, few enough texts to keep prepared. */
const insertRows = 50

type Insert = (db: Db, values: Record<string, unknown>) => Promise<Answer<unknown>>
const inserts: Insert[] = []

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
  const inserting: Promise<unknown>[] = []
  for (let start = 0; start < collected.length; start += insertRows) {
    const part = collected.slice(start, start + insertRows)
    inserts[part.length] ??= insertOf(part.length)
    inserting.push(inserts[part.length]!(tx, valuesOf(part, first + start)))
  }
  await Promise.all(inserting)
  return collected.map(({ json: _, ...change }, index) => ({ seq: first + index, ...change }))
}

const advance = compiled<{ count: number }, { seq: number }>((db, value) =>
  db
    .updateTable('change_head')
    .set({ seq: sql`seq + ${value('count')}` })
    .where('id', '=', 1)
    .returning('seq'),
)

function insertOf(rows: number): Insert {
  return compiled<Record<string, unknown>, unknown>((db, value) =>
    db.insertInto('changes').values(
      Array.from({ length: rows }, (_, row) => ({
        seq: value(`seq${row}`) as number,
        at: value(`at${row}`) as number,
        topic: value(`topic${row}`) as string,
        kind: value(`kind${row}`) as string,
        actor: value(`actor${row}`) as string,
        repository_id: value(`repository${row}`) as number,
        delivery_id: value(`delivery${row}`) as string,
        received_at: value(`received${row}`) as number,
        maker: value(`maker${row}`) as string,
        started_by: value(`starter${row}`) as string,
        repositories: value(`repositories${row}`) as string,
        data: value(`data${row}`) as string,
      })),
    ),
  )
}

function valuesOf(changes: readonly Collected[], first: number): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  changes.forEach((change, row) => {
    values[`seq${row}`] = first + row
    values[`at${row}`] = change.at
    values[`topic${row}`] = change.topic
    values[`kind${row}`] = change.kind
    values[`actor${row}`] = change.actor
    values[`repository${row}`] = change.repository_id
    values[`delivery${row}`] = change.delivery_id
    values[`received${row}`] = change.received_at
    values[`maker${row}`] = change.maker
    values[`starter${row}`] = change.started_by
    values[`repositories${row}`] = change.repositories && JSON.stringify(change.repositories)
    values[`data${row}`] = change.json
  })
  return values
}
