import { PostgresAdapter, type RawBuilder, sql } from 'kysely'
import type { RowCondition } from '../../domain/search/plan-search.ts'
import type { Db } from '../store.ts'
import { isWithin } from './is-within.ts'

/** What only the row of an entry `e` tells: of an issue or a pull request. */
export function rowHolds(db: Db, kind: string, condition: RowCondition): RawBuilder<unknown> {
  const number = numberOf(db)
  if (condition.column === 'review') {
    return sql`(${sql.join(
      condition.values.map((value) => reviewIs(value, number)),
      sql` or `,
    )})`
  }
  const table = sql.table(kind === 'pull_request' ? 'pull_requests' : 'issues')
  return sql`exists (select 1 from ${table} as subject
    where subject.repository_id = e.repository_id and subject.number = ${number}
      and ${isWithin(sql.ref(`subject.${condition.column}`), condition.ranges)})`
}

/** The key of an issue or a pull request is its number. */
export function numberOf(db: Db): RawBuilder<unknown> {
  return db.getExecutor().adapter instanceof PostgresAdapter
    ? sql`cast(e.key as bigint)`
    : sql`cast(e.key as integer)`
}

/** What the last word of each reviewer comes to: one who asks for changes outweighs those who approve. */
function reviewIs(value: string, number: RawBuilder<unknown>): RawBuilder<unknown> {
  if (value === 'none') return sql`not exists (select 1 ${reviews(number)})`
  if (value === 'changes_requested') return lastIs('CHANGES_REQUESTED', number)
  return sql`(${lastIs('APPROVED', number)} and not ${lastIs('CHANGES_REQUESTED', number)})`
}

function reviews(number: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`from reviews where reviews.repository_id = e.repository_id and reviews.pull_number = ${number}`
}

function lastIs(state: string, number: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`exists (select 1 ${reviews(number)} and reviews.state = ${state} and not exists (
    select 1 from reviews as later
    where later.repository_id = reviews.repository_id and later.pull_number = reviews.pull_number
      and later.user_login = reviews.user_login and later.submitted_at > reviews.submitted_at
      and later.state != 'COMMENTED'
  ))`
}
