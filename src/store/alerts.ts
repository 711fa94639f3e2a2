import { type SqlBool, sql } from 'kysely'
import type { Alert, ListedAlert } from '../../contract/alerts.ts'
import { permissionsSeeing, type Restriction } from '../domain/access.ts'
import { alertKind } from '../mirror/alert.ts'
import { decode } from '../mirror/columns.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { Db } from './store.ts'

const tables: Readonly<Record<ListedAlert['kind'], { table: string; seenBy: Restriction }>> = {
  dependabot_alert: { table: 'dependabot_alerts', seenBy: 'push' },
  code_scanning_alert: { table: 'code_scanning_alerts', seenBy: 'push' },
  secret_scanning_alert: { table: 'secret_scanning_alerts', seenBy: 'admin' },
}

interface AlertRow {
  kind: ListedAlert['kind']
  repository_id: number
  repository: string
  number: number
  updated_at: number
}

/**
 * The alerts of all repositories in which a user may see them, the last changed first. They are read from what the user
 * may see to what is warned of there, not along everybody's.
 */
export async function listAlerts(
  db: Db,
  { userId, state, limit, after }: PageRequest & { userId: string; state: 'open' | 'closed' | 'all' },
): Promise<Page<ListedAlert>> {
  const wanted = { open: sql`= 'open'`, closed: sql`<> 'open'`, all: sql`is not null` }[state]
  const each = Object.entries(tables).map(
    ([kind, { table, seenBy }]) => sql`
      select ${kind} as kind, repositories.full_name as repository, alert.*
      from access
      join ${sql.table(table)} as alert on alert.repository_id = access.repository_id
      join repositories on repositories.id = access.repository_id
      where access.user_id = ${userId} and access.permission in (${sql.join(permissionsSeeing(seenBy))})
        and alert.state ${wanted}`,
  )
  const query = db
    .selectFrom(sql<AlertRow>`(${sql.join(each, sql` union all `)})`.as('alerts'))
    .selectAll()
    .where(sql<SqlBool>`true`)
  const rows = await paged(query, {
    order: [
      { by: 'alerts.updated_at', type: 'number' },
      { by: 'alerts.repository_id', type: 'number' },
      { by: 'alerts.kind', type: 'string' },
      { by: 'alerts.number', type: 'number' },
    ],
    direction: 'desc',
    limit,
    after,
  }).execute()
  return pageOf(rows, {
    limit,
    keyOf: ({ updated_at, repository_id, kind, number }) => [updated_at, repository_id, kind, number],
    present: (row) => ({ kind: row.kind, repository: row.repository, ...decode<Alert>(alertKind, row) }),
  })
}
