import { type RawBuilder, sql } from 'kysely'
import type { Match } from '../../domain/search/match.ts'
import type { SearchPlan } from '../../domain/search/plan-search.ts'
import { checkKey, type Key, type PageRequest } from '../keyset.ts'
import type { SearchEntryRow } from '../rows/search.ts'
import type { Db } from '../store.ts'
import { findReach } from './find-reach.ts'
import { isWithin } from './is-within.ts'
import { rowHolds } from './row-conditions.ts'
import { type Reach, searchWordsOf } from './search-words.ts'

interface Asking {
  userId: string
  /** Only in this one. */
  repositoryId?: number | undefined
  plan: SearchPlan
}

export interface Search extends Asking, PageRequest {
  /** Whether a query with words that asks for no order shows first what fits best. */
  ranked?: boolean | undefined
}

export type FoundEntry = Pick<SearchEntryRow, 'id' | 'key' | 'repository_id'>
/** What was found, and where the next page begins; null: there is none. */
export interface FoundEntries {
  entries: FoundEntry[]
  next: Key | null
}

/** Things whose titles hold all the words come first, then those whose texts do. */
type Tier = 1 | 0

/**
 * A page of what a search finds, exact and stable under inserts. In the order that is asked for, else the newest first;
 * `ranked`: what holds the words in its title before what holds them in its text.
 */
export async function findEntries(
  db: Db,
  { userId, repositoryId, plan, limit, after, ranked = false }: Search,
): Promise<FoundEntries> {
  const isRanked = ranked && plan.sort === null && plan.title !== null
  checkKey(after, [
    ...(isRanked ? [{ type: 'number' } as const] : []),
    { type: 'number' },
    { type: 'number' },
  ])
  const reach = await findReach(db, { userId, repositoryId, conditions: plan.repositories })
  if (reach.repositories.length === 0) return { entries: [], next: null }
  const sort = plan.sort ?? { by: 'created', direction: 'desc' }
  const read = (match: Match, rest: { limit: number; after?: Key | undefined }) =>
    readEntries(db, { plan, match, reach, sort, ...rest })

  if (!isRanked) {
    const rows = await read(plan.match, { limit: limit + 1, after })
    return pageOf(rows, limit, ({ at, id }) => [at, id])
  }
  const tierOf = (tier: Tier): Match =>
    tier === 1 ? plan.title! : { all: [...('all' in plan.match ? plan.match.all : []), { not: plan.title! }] }
  const [begin = 1, ...within] = (after ?? []) as [Tier, number, number]
  const rows: (Row & { tier: Tier })[] = []
  for (const tier of [1, 0] as const) {
    if (tier > begin || rows.length > limit) continue
    const found = await read(tierOf(tier), {
      limit: limit + 1 - rows.length,
      after: after && tier === begin ? within : undefined,
    })
    rows.push(...found.map((row) => ({ ...row, tier })))
  }
  return pageOf(rows, limit, ({ tier, at, id }) => [tier, at, id])
}

/** How many things a search finds, counted up to `most`. */
export async function countEntries(
  db: Db,
  { userId, plan, most }: Asking & { most: number },
): Promise<number> {
  const reach = await findReach(db, { userId, conditions: plan.repositories })
  if (reach.repositories.length === 0) return 0
  const { rows } = await sql<{ count: number }>`select count(*) as count from (
    select 1 as one ${searchWordsOf(db).matching(plan.match, reach)}
      and ${sql.join(conditionsOf(db, plan), sql` and `)} limit ${most}
  ) as found`.execute(db)
  return Number(rows[0]?.count ?? 0)
}

type Row = FoundEntry & { at: number }

interface Reading {
  plan: SearchPlan
  match: Match
  reach: Reach
  sort: NonNullable<SearchPlan['sort']>
  limit: number
  after?: Key | undefined
}

async function readEntries(db: Db, { plan, match, reach, sort, limit, after }: Reading): Promise<Row[]> {
  const at = sql.ref(`e.${sort.by}_at`)
  const direction = sql.raw(sort.direction)
  const conditions = conditionsOf(db, plan)
  if (after) {
    const beyond = sql.raw(sort.direction === 'asc' ? '>' : '<')
    conditions.push(sql`(${at}, e.id) ${beyond} (${sql.join(after.map((key) => sql`${key}`))})`)
  }
  const { rows } = await sql<Row>`
    select e.id, e.repository_id, e.key, ${at} as at ${searchWordsOf(db).matching(match, reach)}
      and ${sql.join(conditions, sql` and `)}
    order by ${at} ${direction}, e.id ${direction} limit ${limit}`.execute(db)
  return rows
}

/** What must hold of an entry besides what its words say. */
function conditionsOf(db: Db, plan: SearchPlan): RawBuilder<unknown>[] {
  return [
    sql`e.kind = ${plan.kind}`,
    ...plan.states.map(({ values, negated }) =>
      not(negated, sql`e.state in (${sql.join(values.map((value) => sql`${value}`))})`),
    ),
    ...plan.created.map(({ ranges, negated }) => not(negated, isWithin(sql.ref('e.created_at'), ranges))),
    ...plan.updated.map(({ ranges, negated }) => not(negated, isWithin(sql.ref('e.updated_at'), ranges))),
    ...plan.rows.map((condition) => not(condition.negated, rowHolds(db, plan.kind, condition))),
  ]
}

function not(negated: boolean, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return negated ? sql`not (${condition})` : sql`(${condition})`
}

function pageOf<R extends FoundEntry>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => Key,
): FoundEntries {
  const entries = rows.slice(0, limit)
  const last = entries.at(-1)
  return { entries, next: rows.length > limit && last ? keyOf(last) : null }
}
