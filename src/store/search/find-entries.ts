import { type RawBuilder, sql } from 'kysely'
import type { Match } from '../../domain/search/match.ts'
import type { SearchPlan } from '../../domain/search/plan-search.ts'
import { checkKey, type Key, type PageRequest } from '../keyset.ts'
import type { SearchEntryRow } from '../rows/search.ts'
import type { Db } from '../store.ts'
import { entryColumn, entryHolds, idsOf } from './conditions.ts'
import { findReach } from './find-reach.ts'
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
  const sort = plan.sort ?? ({ by: 'created', direction: 'desc' } as const)
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
    select 1 as one ${lookedThrough(db, { plan, match: plan.match, reach })}
      and ${sql.join(conditionsOf(db, plan, reach), sql` and `)} limit ${most}
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
  const at = entryColumn(sort.by === 'created' || sort.by === 'updated' ? `${sort.by}_at` : sort.by)
  const direction = sql.raw(sort.direction)
  const conditions = conditionsOf(db, plan, reach)
  if (after) {
    const beyond = sql.raw(sort.direction === 'asc' ? '>' : '<')
    conditions.push(sql`(${at}, e.id) ${beyond} (${sql.join(after.map((key) => sql`${key}`))})`)
  }
  const { rows } = await sql<Row>`
    select e.id, e.repository_id, e.key, ${at} as at ${lookedThrough(db, { plan, match, reach })}
      and ${sql.join(conditions, sql` and `)}
    order by ${at} ${direction}, e.id ${direction} limit ${limit}`.execute(db)
  return rows
}

/**
 * `from … where …`: the entries `e` that are looked through. Where the index knows nothing of a query but its kind, a
 * condition that finds some by itself leads to those instead of to all.
 */
function lookedThrough(
  db: Db,
  { plan: { kind, rest }, match, reach }: Pick<Reading, 'plan' | 'match' | 'reach'>,
): RawBuilder<unknown> {
  if ('all' in match && match.all.length === 1) {
    for (const condition of rest) {
      const ids = idsOf(db, { kind, condition, reach })
      if (ids) return sql`from search_entries as e where e.id in (${ids})`
    }
  }
  return searchWordsOf(db).matching(match, reach)
}

/** What must hold of an entry besides what its words say. */
function conditionsOf(db: Db, { kind, rest }: SearchPlan, reach: Reach): RawBuilder<unknown>[] {
  return [sql`e.kind = ${kind}`, ...rest.map((condition) => entryHolds(db, { kind, condition, reach }))]
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
