import type { LinkedIssue } from '../../contract/linked-issues.ts'
import type { Value } from '../mirror/columns.ts'
import { type Kind, nameOf } from '../mirror/kind.ts'
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
  const ids = await readableAmong(
    db,
    userId,
    items.map(({ repository }) => repository),
  )
  if (ids.size === 0) return []
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

/**
 * The names of what is stored below an item and leads into repositories that the user may not read: that GitHub's list
 * leaves it out for them says nothing of it.
 */
export async function namesHidden(
  db: Db,
  kind: Kind<object>,
  { userId, repositoryId, under }: { userId: string; repositoryId: number; under: Below },
): Promise<string[]> {
  const rows = (await db
    .selectFrom(kind.table as SomeTable)
    .select([...kind.key, 'repository'] as 'id'[])
    .where('repository_id', '=', repositoryId)
    .where(under.column as 'id', '=', under.value as number)
    .execute()) as unknown as (Record<string, Value> & { repository: string })[]
  const ids = await readableAmong(
    db,
    userId,
    rows.map(({ repository }) => repository),
  )
  return rows.filter(({ repository }) => !ids.has(keyOf(repository))).map((row) => nameOf(kind, row))
}

/** Stands for the table of a kind that is known at run time only. */
type SomeTable = 'issues'

interface Below {
  column: string
  value: number | string
}

const keyOf = (fullName: string) => fullName.toLowerCase()

/** Which of some repositories a user may read: their ids by name, as `full_name_key` writes it. */
async function readableAmong(
  db: Db,
  userId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map()
  const repositories = await db
    .selectFrom('repositories')
    .innerJoin('access', 'access.repository_id', 'repositories.id')
    .select(['repositories.id', 'repositories.full_name_key'])
    .where('access.user_id', '=', userId)
    .where('repositories.full_name_key', 'in', [...new Set(names.map(keyOf))])
    .where('repositories.deleted_at', 'is', null)
    .execute()
  return new Map(repositories.map(({ id, full_name_key }) => [full_name_key, id]))
}
