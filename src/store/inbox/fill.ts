import { sql } from 'kysely'
import type { InboxReason } from '../../../contract/inbox.ts'
import { readQuery } from '../../../contract/search/read-query.ts'
import { planSearch } from '../../domain/search/plan-search.ts'
import { findEntries } from '../search/find-entries.ts'
import { numberOf } from '../search/row-conditions.ts'
import type { Db } from '../store.ts'

/** So much of each sort is put in at most: who comes to more has another way of working. */
const most = 200

/** What the mirror knew to ask of somebody before it knew that they may read it. */
const asked: readonly { kind: 'issue' | 'pull_request'; q: string; reason: InboxReason }[] = [
  { kind: 'pull_request', q: 'is:open review-requested:@me', reason: 'review_requested' },
  { kind: 'pull_request', q: 'is:open assignee:@me', reason: 'assigned' },
  { kind: 'issue', q: 'is:open assignee:@me', reason: 'assigned' },
]

/**
 * Puts into a person's inbox what is asked of them in repositories that they may read only now: nothing that is there
 * already, whatever they did with it.
 */
export async function fillInbox(tx: Db, { userId, now }: { userId: string; now: number }): Promise<void> {
  const user = await tx.selectFrom('users').select('login').where('id', '=', userId).executeTakeFirst()
  if (!user) return
  for (const { kind, q, reason } of asked) {
    const query = readQuery(q, kind === 'issue' ? 'issues' : 'pulls')
    const plan = planSearch(query, { kind, login: user.login, now })
    const { entries } = await findEntries(tx, { userId, plan, limit: most })
    if (entries.length === 0) continue
    const table = sql.table(kind === 'issue' ? 'issues' : 'pull_requests')
    await sql`
      insert into inbox_items (user_id, repository_id, kind, number, title, reason, actor, at, unread, done, muted)
      select cast(${userId} as text), subject.repository_id, cast(${kind} as text), subject.number, subject.title,
        cast(${reason} as text), subject.user_login, subject.updated_at, 1, 0, 0
      from search_entries as e
        inner join ${table} as subject on subject.repository_id = e.repository_id and subject.number = ${numberOf(tx)}
      where e.id in (${sql.join(entries.map(({ id }) => sql`${id}`))})
      on conflict (user_id, repository_id, kind, number) do nothing`.execute(tx)
  }
}
