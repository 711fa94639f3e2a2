import { sql } from 'kysely'
import type { InboxReason } from '../../../contract/inbox.ts'
import type { Concern, Concerned, Subject } from '../../domain/inbox/concern.ts'
import { appendChanges } from '../changes.ts'
import { toMillis } from '../columns.ts'
import { compiled } from '../compiled.ts'
import type { Db } from '../store.ts'

/**
 * Puts a thread into the inboxes of those whom something concerns, as far as they use the hub and may read the
 * repository: unread and not done, but for those who muted it. Part of the transaction that saves what concerns them.
 */
export async function deliver(
  tx: Db,
  { subject, actor, at, people }: Concerned,
  { repositoryId }: { repositoryId: number },
): Promise<void> {
  for (const { login, reason } of people) {
    const values = { ...subject, repositoryId, login: login.toLowerCase(), reason, actor, at: toMillis(at) }
    const { rows } = await put(tx, values)
    tell(tx, rows, { subject, repositoryId, at })
  }
}

/** Marks as done what nobody waits for any more: the review was given, the issue is closed. */
export async function settle(
  tx: Db,
  { subject, people, at }: { subject: Subject; people: readonly Concern[]; at: string },
  { repositoryId }: { repositoryId: number },
): Promise<void> {
  for (const { login, reason } of people) {
    const { rows } = await finish(tx, { ...subject, repositoryId, login: login.toLowerCase(), reason })
    tell(tx, rows, { subject, repositoryId, at })
  }
}

function tell(
  tx: Db,
  users: readonly { user_id: string }[],
  { subject: { kind, number }, repositoryId, at }: { subject: Subject; repositoryId: number; at: string },
): void {
  appendChanges(
    tx,
    toMillis(at),
    users.map(({ user_id }) => ({
      topic: `inbox:${user_id}`,
      kind: 'inbox.updated',
      data: { repository_id: repositoryId, kind, number },
    })),
  )
}

interface Putting extends Subject {
  repositoryId: number
  login: string
  reason: InboxReason
  actor: string | null
  at: number
}

const put = compiled<Putting, { user_id: string }>((db, value) => ({
  compile: () =>
    sql<{ user_id: string }>`
      insert into inbox_items (user_id, repository_id, kind, number, title, reason, actor, at, unread, done, muted)
      select users.id, access.repository_id, cast(${value('kind')} as text), cast(${value('number')} as bigint),
        cast(${value('title')} as text), cast(${value('reason')} as text), cast(${value('actor')} as text),
        cast(${value('at')} as bigint), 1, 0, 0
      from users inner join access on access.user_id = users.id and access.repository_id = ${value('repositoryId')}
      where lower(users.login) = ${value('login')} and users.disabled_at is null
      on conflict (user_id, repository_id, kind, number) do update set title = excluded.title,
        reason = excluded.reason, actor = excluded.actor, at = excluded.at, unread = 1, done = 0, snoozed_until = null
      where inbox_items.muted = 0 and inbox_items.at <= excluded.at
      returning user_id`.compile(db),
}))

const finish = compiled<
  Pick<Putting, 'kind' | 'number' | 'repositoryId' | 'login' | 'reason'>,
  { user_id: string }
>((db, value) => ({
  compile: () =>
    sql<{ user_id: string }>`
        update inbox_items set done = 1, unread = 0, snoozed_until = null
        where user_id in (select id from users where lower(login) = ${value('login')})
          and repository_id = ${value('repositoryId')} and kind = ${value('kind')} and number = ${value('number')}
          and reason = ${value('reason')} and done = 0
        returning user_id`.compile(db),
}))
