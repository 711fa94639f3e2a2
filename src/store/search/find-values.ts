import { type RawBuilder, sql } from 'kysely'
import type { SearchValue } from '../../../contract/search/answers.ts'
import type { Db } from '../store.ts'
import { findPeople } from './find-people.ts'
import { likeText } from './holds-text.ts'

interface Asking {
  userId: string
  of: 'person' | 'label' | 'milestone' | 'repository' | 'branch'
  /** What the value holds, in any case. */
  text: string
  /** Only of this one, by its `owner/name`. */
  repository?: string | undefined
  limit: number
}

/** What a word of the search may be given, of what the person may read; those that begin so come first. */
export async function findValues(
  db: Db,
  { userId, of, text, repository, limit }: Asking,
): Promise<SearchValue[]> {
  if (of === 'person') {
    const { items } = await findPeople(db, { userId, where: { text }, begins: text, limit })
    return items.map(({ login, avatar_url }) => ({ value: login, detail: avatar_url }))
  }
  const { from, value, detail } = sources[of]
  const needle = likeText(text.toLowerCase())
  const within =
    repository === undefined ? sql`` : sql`and repositories.full_name_key = ${repository.toLowerCase()}`
  const { rows } = await sql<SearchValue>`
    select value, detail from (
      select ${value} as value, max(${detail}) as detail
      from access cross join repositories ${from}
      where access.user_id = ${userId} and repositories.id = access.repository_id
        and repositories.deleted_at is null ${within}
        and lower(${value}) like ${`%${needle}%`} escape '\\'
      group by ${value}
    ) as found
    order by case when lower(value) like ${`${needle}%`} escape '\\' then 0 else 1 end, value limit ${limit}`.execute(
    db,
  )
  return rows
}

const of = (table: string): RawBuilder<unknown> =>
  sql`inner join ${sql.table(table)} on ${sql.ref(`${table}.repository_id`)} = access.repository_id`

const sources: Record<
  Exclude<Asking['of'], 'person'>,
  { from: RawBuilder<unknown>; value: RawBuilder<unknown>; detail: RawBuilder<unknown> }
> = {
  label: { from: of('labels'), value: sql.ref('labels.name'), detail: sql.ref('labels.color') },
  milestone: { from: of('milestones'), value: sql.ref('milestones.title'), detail: sql`cast(null as text)` },
  branch: { from: of('branches'), value: sql.ref('branches.name'), detail: sql`cast(null as text)` },
  repository: {
    from: sql``,
    value: sql.ref('repositories.full_name'),
    detail: sql.ref('repositories.description'),
  },
}
