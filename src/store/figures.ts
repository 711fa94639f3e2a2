import { sql } from 'kysely'
import type { Db } from './store.ts'

const minute = 60_000
/** Of so many of the newest finished runs the success rate is told. */
const judgedRuns = 100

/** What the tables tell of how the hub does. */
export interface Figures {
  /** How many came in each minute that had any, by the minute since the epoch. */
  deliveries: ReadonlyMap<number, number>
  runs: ReadonlyMap<number, number>
  runsInProgress: number
  /** Of the newest finished runs, how many ended well and how many did not; cancelled and skipped ones are neither. */
  succeeded: number
  failed: number
}

interface FigureRow {
  figure: 'deliveries' | 'runs' | 'in_progress' | 'success' | 'failure'
  slot: number | string
  count: number | string
}

/** Reads all figures by one query; those by the minute from `since` (milliseconds since the epoch) on. */
export async function readFigures(db: Db, { since }: { since: number }): Promise<Figures> {
  const { rows } = await sql<FigureRow>`
    select 'deliveries' as figure, received_at / ${sql.lit(minute)} as slot, count(*) as count
      from deliveries where received_at >= ${since} group by received_at / ${sql.lit(minute)}
    union all
    select 'runs', created_at / ${sql.lit(minute)}, count(*)
      from runs where created_at >= ${since} group by created_at / ${sql.lit(minute)}
    union all
    select 'in_progress', 0, count(*) from runs
      where status = 'in_progress' and completed_at is null
    union all
    select newest.conclusion, 0, count(*) from (
      select conclusion from runs where completed_at is not null
        order by completed_at desc, id desc limit ${sql.lit(judgedRuns)}
    ) as newest group by newest.conclusion`.execute(db)
  const byMinute = (name: FigureRow['figure']) =>
    new Map(
      rows.filter(({ figure }) => figure === name).map(({ slot, count }) => [Number(slot), Number(count)]),
    )
  const only = (name: FigureRow['figure']) => byMinute(name).get(0) ?? 0
  return {
    deliveries: byMinute('deliveries'),
    runs: byMinute('runs'),
    runsInProgress: only('in_progress'),
    succeeded: only('success'),
    failed: only('failure'),
  }
}
