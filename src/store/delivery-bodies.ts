import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { compiled, compiledInsert } from './compiled.ts'
import type { DeliveryBodyRow, DeliveryRow } from './rows/log.ts'
import type { Db } from './store.ts'

/** Keeps bodies of deliveries, in the transaction that stores these: number and body of one after the other. */
export const saveBodies = compiledInsert('delivery_bodies', ['delivery_seq', 'body'])

/** The bodies of deliveries by their numbers, as far as they are kept. */
export async function loadBodies(db: Db, seqs: readonly number[]): Promise<Map<number, Uint8Array>> {
  const { rows } = await load(seqs.length)(db, named('seq', seqs))
  return new Map(rows.map(({ delivery_seq, body }) => [delivery_seq, body]))
}

const load = perCount((count) =>
  compiled<Record<string, unknown>, DeliveryBodyRow>((db, value) =>
    db
      .selectFrom('delivery_bodies')
      .select(['delivery_seq', 'body'])
      .where(
        'delivery_seq',
        'in',
        indices(count).map((index) => value(`seq${index}`) as number),
      ),
  ),
)

/** Half of a SHA-256: what a body is recognised by. */
export function digestBody(body: Uint8Array): Uint8Array {
  return hash('sha256', body, 'buffer').subarray(0, 16)
}

export type SameBody = Pick<DeliveryRow, 'id' | 'event' | 'received_at'>

interface Wanted {
  id: string
  digest: Uint8Array
  /** It was received in this span. */
  since: number
  received_at: number
}

/** Of each of these the latest other delivery with the same body that was applied, by the index of what was asked. */
export async function findSameBodies(db: Db, wanted: readonly Wanted[]): Promise<Map<number, SameBody>> {
  if (wanted.length === 0) return new Map()
  const { rows } = await same(wanted.length)(db, {
    ...named(
      'id',
      wanted.map(({ id }) => id),
    ),
    ...named(
      'digest',
      wanted.map(({ digest }) => digest),
    ),
    ...named(
      'since',
      wanted.map(({ since }) => since),
    ),
    ...named(
      'until',
      wanted.map(({ received_at }) => received_at),
    ),
  })
  return new Map(rows.map(({ asked, ...found }) => [asked, found]))
}

const same = perCount((count) =>
  compiled<Record<string, unknown>, SameBody & { asked: number }>((db, value) => ({
    compile: () =>
      sql<SameBody & { asked: number }>`${sql.join(
        indices(count).map(
          (index) => sql`select * from (
            select ${sql.lit(index)} as asked, id, event, received_at from deliveries
            where digest = ${value(`digest${index}`)} and id <> ${value(`id${index}`)}
              and received_at >= ${value(`since${index}`)} and received_at <= ${value(`until${index}`)}
            order by received_at desc limit 1) as found${sql.raw(String(index))}`,
        ),
        sql` union all `,
      )}`.compile(db),
  })),
)

/** Makes a statement for each count of what is asked, once. */
function perCount<Statement>(make: (count: number) => Statement): (count: number) => Statement {
  const made: Statement[] = []
  return (count) => {
    made[count] ??= make(count)
    return made[count]
  }
}

const indices = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Values under the names `<name>0`, `<name>1` … */
function named(name: string, values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, index) => [`${name}${index}`, value]))
}
