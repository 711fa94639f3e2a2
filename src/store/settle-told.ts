import { sql } from 'kysely'
import type { Row } from '../mirror/columns.ts'
import type { GithubEvent } from '../mirror/github-events.ts'
import type { Kind } from '../mirror/kind.ts'
import { deliveryToAsk, type Told, tell, toldColumnName, withTold } from '../mirror/told.ts'
import { loadBodies } from './delivery-bodies.ts'
import type { Db } from './store.ts'

/** Where rows hold what GitHub's objects told, and which part of a delivery told it. */
export interface Telling {
  kind: Pick<Kind<object>, 'table' | 'key' | 'told' | 'events'>
  /** The column, where it is not `told`. */
  column?: string
}

/** Bytes of bodies that are read at a time, or one body. */
const mostBytes = 4 * 1024 * 1024

/**
 * Reads what rows leave to the deliveries that told them, and puts it into the rows; null where such a delivery is not
 * kept any more. Answers with the rows that are settled now, to be kept by `keepTold`.
 */
export async function settleTold(
  db: Db,
  { kind, column = toldColumnName }: Telling,
  rows: readonly object[],
): Promise<Settled[]> {
  const waiting = (rows as Row[]).flatMap((row) => {
    const seq = deliveryToAsk(row[column] as string | null)
    return seq === null ? [] : [{ row, seq }]
  })
  if (waiting.length === 0) return []
  const settled: Settled[] = []
  for (const seqs of await inGroups(db, new Set(waiting.map(({ seq }) => seq)))) {
    const bodies = await loadBodies(
      db,
      seqs.map(({ seq }) => seq),
    )
    const payloads = new Map(seqs.map(({ seq, event }) => [seq, objectIn(kind, event, bodies.get(seq))]))
    for (const { row, seq } of waiting) {
      if (!payloads.has(seq)) continue
      const before = row[column] as string
      const object = payloads.get(seq)
      const text = object ? tell(kind.told as Told, object, row.repository_id as number) : null
      row[column] = withTold(before, text)
      settled.push({ row, before })
    }
  }
  // Those whose delivery is gone altogether.
  for (const { row } of waiting) {
    const before = row[column] as string | null
    if (deliveryToAsk(before) !== null) row[column] = withTold(before!, null)
  }
  return settled
}

/** A row whose text is known now, and what stood in its place. */
export interface Settled {
  row: Row
  before: string
}

/** Keeps what was settled, unless something newer was told meanwhile. */
export async function keepSettled(
  tx: Db,
  { kind, column = toldColumnName }: Telling,
  settled: readonly Settled[],
): Promise<void> {
  for (const { row, before } of settled) {
    let update = tx
      .updateTable(kind.table as 'issues')
      .set({ [column]: row[column] })
      .where(sql.ref(column), '=', before)
    for (const name of kind.key) update = update.where(name as 'number', '=', row[name] as number)
    await update.execute()
  }
}

interface Kept {
  seq: number
  event: string
}

async function inGroups(db: Db, seqs: ReadonlySet<number>): Promise<Kept[][]> {
  const found = await db
    .selectFrom('deliveries')
    .select(['seq', 'event', 'size'])
    .where('seq', 'in', [...seqs])
    .execute()
  const groups: Kept[][] = []
  let bytes = mostBytes
  for (const { seq, event, size } of found) {
    if (bytes + size > mostBytes) {
      groups.push([])
      bytes = 0
    }
    bytes += size
    groups.at(-1)!.push({ seq, event })
  }
  return groups
}

type Values = Record<string, unknown>

/** The object that a delivery carries of a kind. It was applied: it is what it was then. */
function objectIn(
  { events }: Telling['kind'],
  event: string,
  body: Uint8Array | undefined,
): Values | undefined {
  const at = events[event as GithubEvent]?.at
  if (!body || at === undefined) return undefined
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return (JSON.parse(bytes.toString()) as Record<string, Values | undefined>)[at]
}
