import { sql } from 'kysely'
import type { Settled } from '../../mirror/kind.ts'
import { appendChanges } from '../changes.ts'
import { toMillis } from '../columns.ts'
import type { Db } from '../store.ts'

/** Marks threads of runs as done that nobody needs to look at any more, in whosever inbox they are. */
export async function settleRuns(
  tx: Db,
  { reason, like, at }: Settled,
  { repositoryId }: { repositoryId: number },
): Promise<void> {
  const isLike =
    'id' in like
      ? sql`inbox_items.number = ${like.id}`
      : sql`exists (
          select 1 from actions_runs as run
          where run.id = inbox_items.number and run.workflow_id = ${like.workflow_id}
            and coalesce(run.head_branch, '') = ${like.head_branch ?? ''} and run.run_number <= ${like.run_number}
        )`
  const { rows } = await sql<{ user_id: string; number: number }>`
    update inbox_items set done = 1, unread = 0, snoozed_until = null
    where user_id in (select user_id from access where repository_id = ${repositoryId})
      and repository_id = ${repositoryId} and kind = 'actions_run' and reason = ${reason} and done = 0
      and at <= ${toMillis(at)} and ${isLike}
    returning user_id, number`.execute(tx)
  appendChanges(
    tx,
    toMillis(at),
    rows.map(({ user_id, number }) => ({
      topic: `inbox:${user_id}`,
      kind: 'inbox.updated',
      data: { repository_id: repositoryId, kind: 'actions_run', number: Number(number) },
    })),
  )
}
