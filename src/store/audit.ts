import type { Selectable } from 'kysely'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { AuditRow } from './rows/identity.ts'
import type { Db } from './store.ts'

export interface NewAuditEntry {
  at: number
  /** Login of who did it; null: nobody signed in, or the hub itself. */
  actor: string | null
  /** `room.deed`: `session.started`, `user.role`, `token.created`, … */
  action: string
  target?: string | null
  ip?: string | null
  detail?: Record<string, unknown>
}

/** Notes who did what, in the transaction that does it. */
export async function appendAudit(tx: Db, entry: NewAuditEntry): Promise<void> {
  await tx
    .insertInto('audit')
    .values({
      at: entry.at,
      actor: oneLine(entry.actor),
      action: entry.action,
      target: oneLine(entry.target),
      ip: oneLine(entry.ip),
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute()
}

/** A page of the audit log, newest first. */
export async function listAudit(db: Db, page: PageRequest): Promise<Page<Selectable<AuditRow>>> {
  const order = [{ by: 'seq', type: 'number' }] as const
  const query = db.selectFrom('audit').selectAll()
  const rows = await paged(query, { ...page, order, direction: 'desc' }).execute()
  return pageOf(rows, { limit: page.limit, keyOf: ({ seq }) => [seq], present: (row) => row })
}

/** Line breaks and other control characters as `\u000a`, so that an entry cannot pretend to be two. */
function oneLine(text: string | null | undefined): string | null {
  if (text == null) return null
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
