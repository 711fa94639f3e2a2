import type { LinkedIssue } from '../../contract/linked-issues.ts'
import { toTime } from './columns.ts'
import type { Db } from './store.ts'

/**
 * Issues that others lead to, as the mirror knows them by now. Those of repositories that the user may not read are left
 * out: who read the list may have been able to read more.
 */
export async function asTheyAre<Item extends LinkedIssue>(
  db: Db,
  { userId, items }: { userId: string; items: readonly Item[] },
): Promise<Item[]> {
  if (items.length === 0) return []
  const keyOf = (fullName: string) => fullName.toLowerCase()
  const repositories = await db
    .selectFrom('repositories')
    .innerJoin('access', 'access.repository_id', 'repositories.id')
    .select(['repositories.id', 'repositories.full_name_key'])
    .where('access.user_id', '=', userId)
    .where('repositories.full_name_key', 'in', [...new Set(items.map((item) => keyOf(item.repository)))])
    .where('repositories.deleted_at', 'is', null)
    .execute()
  if (repositories.length === 0) return []
  const ids = new Map(repositories.map(({ id, full_name_key }) => [full_name_key, id]))
  const rows = await db
    .selectFrom('issues')
    .select(['repository_id', 'number', 'title', 'state', 'state_reason', 'updated_at'])
    .where('repository_id', 'in', [...ids.values()])
    .where('number', 'in', [...new Set(items.map(({ number }) => number))])
    .execute()
  const known = new Map(rows.map((row) => [`${row.repository_id}#${row.number}`, row]))
  return items.flatMap((item) => {
    const id = ids.get(keyOf(item.repository))
    if (id === undefined) return []
    const now = known.get(`${id}#${item.number}`)
    if (!now) return [item]
    const { title, state, state_reason, updated_at } = now
    return [{ ...item, title, state, state_reason, updated_at: toTime(updated_at) }]
  })
}
