import { type RawBuilder, sql } from 'kysely'
import type { Person } from '../../../contract/common.ts'
import type { Asked } from '../../domain/search/condition.ts'
import type { TextAsked, TextCondition } from '../../domain/search/plan-texts.ts'
import { checkKey, type Page, type PageRequest, pageOf } from '../keyset.ts'
import type { Db } from '../store.ts'
import { treeHolds } from './conditions.ts'
import { holdsText, likeText } from './holds-text.ts'

/**
 * People whom something names that the user may read, by login; those whose logins begin with `begins` come first.
 */
export async function findPeople(
  db: Db,
  {
    userId,
    where,
    begins: beginning = '',
    limit,
    after,
  }: PageRequest & {
    userId: string
    where?: TextCondition | undefined
    begins?: string | undefined
  },
): Promise<Page<Person>> {
  checkKey(after, [{ type: 'number' }, { type: 'string' }])
  const begins = `${likeText(beginning.toLowerCase())}%`
  const holds = where ? sql`and ${treeHolds(where, loginHolds)}` : sql``
  const beyond = after
    ? sql`where (place, login_key) > (${sql.join(after.map((key) => sql`${key}`))})`
    : sql``
  const { rows } = await sql<{ place: number; login_key: string; login: string; avatar_url: string | null }>`
    select * from (
      select case when login_key like ${begins} escape '\\' then 0 else 1 end as place, login_key, login, avatar_url
      from (
        select seen_people.login_key, max(seen_people.login) as login, max(seen_people.avatar_url) as avatar_url
        from access cross join seen_people
        where access.user_id = ${userId} and seen_people.repository_id = access.repository_id
          ${holds}
        group by seen_people.login_key
      ) as named
    ) as found ${beyond}
    order by place, login_key limit ${limit + 1}`.execute(db)
  return pageOf(rows, {
    limit,
    keyOf: ({ place, login_key }) => [Number(place), login_key],
    present: ({ login, avatar_url }) => ({ login, avatar_url }),
  })
}

function loginHolds(asked: TextAsked | Asked): RawBuilder<unknown> {
  return 'text' in asked ? sql`${holdsText(['seen_people.login_key'], asked.text)}` : sql`1 = 0`
}
