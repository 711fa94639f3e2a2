import { PostgresAdapter, type RawBuilder, sql } from 'kysely'
import type { Db } from '../store.ts'

/** The key of an entry `e` as a number: of an issue or a pull request its number, of a comment its id. */
export function numberOf(db: Db): RawBuilder<unknown> {
  return db.getExecutor().adapter instanceof PostgresAdapter
    ? sql`cast(e.key as bigint)`
    : sql`cast(e.key as integer)`
}

/** What the last word of each reviewer comes to: one who asks for changes outweighs those who approve. */
export function reviewIs(
  value: 'none' | 'approved' | 'changes_requested',
  number: RawBuilder<unknown>,
): RawBuilder<unknown> {
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

/** How the newest commit of a pull request stands, as `combineChecks` of the domain puts it together. */
export function checksAre(
  value: 'pending' | 'success' | 'failure',
  number: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const says = (run: RawBuilder<unknown>, status: RawBuilder<unknown>) => sql`exists (
    select 1 from pull_requests as subject
    where subject.repository_id = e.repository_id and subject.number = ${number} and (
      exists (select 1 from check_runs as said
        where said.repository_id = subject.repository_id and said.head_sha = subject.head_sha and ${run}
          and not exists (select 1 from check_runs as later
            where later.repository_id = said.repository_id and later.head_sha = said.head_sha
              and later.app = said.app and later.name = said.name and later.id > said.id))
      or exists (select 1 from commit_statuses as said
        where said.repository_id = subject.repository_id and said.sha = subject.head_sha and ${status}
          and not exists (select 1 from commit_statuses as later
            where later.repository_id = said.repository_id and later.sha = said.sha
              and later.context = said.context and later.id > said.id))))`
  const isPending = sql`(said.status != 'completed' or coalesce(said.conclusion, '') = 'stale')`
  const isGood = sql`coalesce(said.conclusion, '') in ('success', 'neutral', 'skipped')`
  const fails = says(sql`not ${isPending} and not ${isGood}`, sql`said.state not in ('success', 'pending')`)
  if (value === 'failure') return fails
  const waits = says(isPending, sql`said.state = 'pending'`)
  if (value === 'pending') return sql`(${waits} and not ${fails})`
  const passes = says(sql`not ${isPending} and ${isGood}`, sql`said.state = 'success'`)
  return sql`(${passes} and not ${waits} and not ${fails})`
}
