import type { Kind } from '../mirror/kind.ts'
import type { Db } from './store.ts'

/** Stands for the table of a kind that is known at run time only. */
type SomeTable = 'commits'

/** What each stored item of a kind leads to, by their names; `column` holds it, as a list. */
export async function readLinks(
  db: Db,
  { key, table }: Kind<object>,
  { repositoryId, column }: { repositoryId: number; column: string },
): Promise<Map<string, readonly string[]>> {
  const name = key.at(-1) as string
  const rows = (await db
    .selectFrom(table as SomeTable)
    .select([name, column] as 'sha'[])
    .where('repository_id', '=', repositoryId)
    .execute()) as unknown as Record<string, string>[]
  return new Map(rows.map((row) => [String(row[name]), JSON.parse(row[column] as string) as string[]]))
}
