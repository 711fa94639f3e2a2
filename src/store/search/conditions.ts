import { type RawBuilder, sql } from 'kysely'
import { type Asked, asMatch, type Condition, type Tree } from '../../domain/search/condition.ts'
import type { Db } from '../store.ts'
import { isWithin } from './is-within.ts'
import { repositoryIs } from './repository-is.ts'
import { checksAre, numberOf, reviewIs } from './row-conditions.ts'
import { type Reach, searchWordsOf } from './search-words.ts'

/** A tree of conditions in SQL; what each leaf asks says `leaf`. */
export function treeHolds<Leaf extends object>(
  condition: Tree<Leaf>,
  leaf: (leaf: Leaf) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  const join = (parts: readonly Tree<Leaf>[], word: string) =>
    sql`(${sql.join(
      parts.map((part) => treeHolds(part, leaf)),
      sql` ${sql.raw(word)} `,
    )})`
  if ('all' in condition) return condition.all.length === 0 ? sql`(1 = 1)` : join(condition.all, 'and')
  if ('any' in condition) return condition.any.length === 0 ? sql`(1 = 0)` : join(condition.any, 'or')
  return 'not' in condition ? sql`(not ${treeHolds(condition.not, leaf)})` : sql`(${leaf(condition)})`
}

interface OfEntries {
  kind: string
  condition: Condition
  reach: Reach
}

/** What a search asks of an entry `e` besides what the index has found, in SQL: never null, so that it can be denied. */
export function entryHolds(db: Db, { kind, condition, reach }: OfEntries): RawBuilder<unknown> {
  const number = numberOf(db)
  const whole = idsOf(db, { kind, condition, reach })
  return whole ? sql`e.id in (${whole})` : treeHolds<Asked>(condition, holds)

  function holds(asked: Asked): RawBuilder<unknown> {
    const ids = idsOf(db, { kind, condition: asked, reach })
    if (ids) return sql`e.id in (${ids})`
    if ('states' in asked) return sql`e.state in (${sql.join(asked.states.map((state) => sql`${state}`))})`
    if ('entry' in asked) return isWithin(entryColumn(asked.entry), asked.ranges)
    if ('repository' in asked) {
      return sql`exists (select 1 from repositories
        where repositories.id = e.repository_id and ${repositoryIs(asked)})`
    }
    if ('linked' in asked) return isLinked(asked.linked, number)
    if ('review' in asked) return reviewIs(asked.review, number)
    if ('reviewedBy' in asked) {
      return sql`exists (select 1 from reviews
        where reviews.repository_id = e.repository_id and reviews.pull_number = ${number}
          and lower(reviews.user_login) in (${sql.join(asked.reviewedBy.map((login) => sql`${login}`))}))`
    }
    if ('checks' in asked) return checksAre(asked.checks, number)
    if (!('row' in asked)) throw new Error('what the index finds is found there')
    const table = sql.table(kind === 'pull_request' ? 'pull_requests' : 'issues')
    return sql`exists (select 1 from ${table} as subject
      where subject.repository_id = e.repository_id and subject.number = ${number}
        and ${isWithin(sql.ref(`subject.${asked.row}`), asked.ranges)})`
  }
}

/** The ids of all entries of which a condition holds, where the index finds them; null where it does not. */
export function idsOf(db: Db, { kind, condition, reach }: OfEntries): RawBuilder<unknown> | null {
  const words = searchWordsOf(db)
  const match = asMatch(condition)
  if (match) return sql`select e.id ${words.matching({ all: [{ fact: kind }, match] }, reach)}`
  if ('comment' in condition) {
    const comments = words.matching({ all: [{ fact: 'comment' }, condition.comment] }, reach, [
      'comments',
      'search_entries as subject',
    ])
    return sql`select subject.id ${comments} and comments.id = ${numberOf(db)}
      and subject.repository_id = comments.repository_id and subject.kind = ${kind}
      and subject.key = cast(comments.issue_number as text)`
  }
  if (!('any' in condition) || condition.any.length === 0) return null
  const parts = condition.any.map((part) => idsOf(db, { kind, condition: part, reach }))
  return parts.includes(null) ? null : sql.join(parts, sql` union all `)
}

/** What an entry is put in order by, or compared by. */
export function entryColumn(column: Extract<Asked, { entry: string }>['entry']): RawBuilder<unknown> {
  return column === 'interactions' ? sql`(e.comments + e.reactions)` : sql.ref(`e.${column}`)
}

/** On GitHub only what goes into the default branch closes anything. */
function isLinked(to: 'pr' | 'issue', number: RawBuilder<unknown>): RawBuilder<unknown> {
  const own = sql.ref(to === 'pr' ? 'closing.issue_number' : 'closing.pull_number')
  return sql`exists (select 1 from closing_references as closing
    inner join pull_requests as closer
      on closer.repository_id = closing.repository_id and closer.number = closing.pull_number
    inner join repositories as home on home.id = closing.repository_id
    where closing.repository_id = e.repository_id and ${own} = ${number} and closer.base_ref = home.default_branch)`
}
