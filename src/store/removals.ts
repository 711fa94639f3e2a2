import { sql } from 'kysely'
import type { Removable } from '../domain/retention.ts'
import { dropOldLogs } from './logs/job-logs.ts'
import { dropLogsOfRuns, dropOldStepLogs } from './logs/step-logs.ts'
import type { RemovalRow } from './rows/log.ts'
import type { Db } from './store.ts'

interface Batch {
  /** Only what is older. */
  before: number
  /** At most so many rows. */
  limit: number
}

/** Removes one batch of what is old enough, and answers how many rows that were; fewer than `limit` are the last. */
export async function removeOld(tx: Db, what: Removable, batch: Batch): Promise<number> {
  return await removers[what](tx, batch)
}

const removers: Record<Removable, (tx: Db, batch: Batch) => Promise<number>> = {
  delivery_bodies: dropBodies,
  deliveries: deleteDeliveries,
  changes: deleteChanges,
  runs: deleteRuns,
  job_logs: async (tx, batch) => (await dropOldLogs(tx, batch)) + (await dropOldStepLogs(tx, batch)),
  tasks: deleteTasks,
  audit: deleteAudit,
  sessions: deleteSessions,
}

/** Deliveries that nothing needs any more: they are applied, and no run that goes on or waits reads them. */
function unneeded(tx: Db, { before, limit }: Batch) {
  return tx
    .selectFrom('deliveries')
    .select('deliveries.seq')
    .where('received_at', '<', before)
    .where('state', '!=', 'pending')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('runs')
            .select('runs.id')
            .whereRef('runs.delivery_id', '=', 'deliveries.id')
            .where('runs.completed_at', 'is', null),
        ),
      ),
    )
    .limit(limit)
}

/** Leaves the row, with the size that its body had. In order of arrival, as bodies are found by it: to the last old one. */
async function dropBodies(tx: Db, batch: Batch): Promise<number> {
  const last = await tx
    .selectFrom('deliveries')
    .select('seq')
    .where('received_at', '<', batch.before)
    .orderBy('received_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!last) return 0
  const rows = await unneeded(tx, batch)
    .innerJoin('delivery_bodies', 'delivery_seq', 'deliveries.seq')
    .where('delivery_seq', '<=', last.seq)
    .orderBy('delivery_seq')
    .execute()
  const seqs = rows.map(({ seq }) => seq)
  if (seqs.length > 0) await tx.deleteFrom('delivery_bodies').where('delivery_seq', 'in', seqs).execute()
  return seqs.length
}

async function deleteDeliveries(tx: Db, batch: Batch): Promise<number> {
  const rows = await unneeded(tx, batch).orderBy('received_at').orderBy('deliveries.id').execute()
  const seqs = rows.map(({ seq }) => seq)
  if (seqs.length > 0) await tx.deleteFrom('deliveries').where('seq', 'in', seqs).execute()
  return seqs.length
}

/**
 * From the beginning of the log on, so that what is left has no gaps: who would resume from before its first change is
 * told to begin anew.
 */
async function deleteChanges(tx: Db, { before, limit }: Batch): Promise<number> {
  const rows = await tx.selectFrom('changes').select(['seq', 'at']).orderBy('seq').limit(limit).execute()
  const young = rows.findIndex(({ at }) => at >= before)
  const old = young === -1 ? rows : rows.slice(0, young)
  const last = old.at(-1)
  if (last) await tx.deleteFrom('changes').where('seq', '<=', last.seq).execute()
  return old.length
}

/** Runs that are over, with their journals. */
async function deleteRuns(tx: Db, { before, limit }: Batch): Promise<number> {
  const rows = await tx
    .selectFrom('runs')
    .select(['key', 'id'])
    .where('completed_at', '<', before)
    .orderBy('completed_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return 0
  await tx
    .deleteFrom('journal')
    .where(
      'run',
      'in',
      rows.map(({ key }) => key),
    )
    .execute()
  await tx.deleteFrom('run_repositories').where('run_id', 'in', ids).execute()
  await dropLogsOfRuns(tx, ids)
  await tx.deleteFrom('runs').where('id', 'in', ids).execute()
  return ids.length
}

/** Tasks that were given up; others end by themselves. */
async function deleteTasks(tx: Db, { before, limit }: Batch): Promise<number> {
  const rows = await tx
    .selectFrom('tasks')
    .select('id')
    .where('state', '=', sql.lit('failed'))
    .where('run_at', '<', before)
    .orderBy('run_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) await tx.deleteFrom('tasks').where('id', 'in', ids).execute()
  return ids.length
}

async function deleteAudit(tx: Db, { before, limit }: Batch): Promise<number> {
  const rows = await tx
    .selectFrom('audit')
    .select('seq')
    .where('at', '<', before)
    .orderBy('at')
    .orderBy('seq')
    .limit(limit)
    .execute()
  const seqs = rows.map(({ seq }) => seq)
  if (seqs.length > 0) await tx.deleteFrom('audit').where('seq', 'in', seqs).execute()
  return seqs.length
}

/** Sessions and API tokens that ended; of living sessions, refresh tokens that expired. */
async function deleteSessions(tx: Db, { before, limit }: Batch): Promise<number> {
  const ended = [
    tx
      .deleteFrom('sessions')
      .where('id', 'in', ({ selectFrom }) =>
        selectFrom('sessions')
          .select('id')
          .where('expires_at', '<', before)
          .orderBy('expires_at')
          .limit(limit),
      ),
    tx
      .deleteFrom('refresh_tokens')
      .where('hash', 'in', ({ selectFrom }) =>
        selectFrom('refresh_tokens')
          .select('hash')
          .where('expires_at', '<', before)
          .orderBy('expires_at')
          .limit(limit),
      ),
    ...(['expires_at', 'revoked_at'] as const).map((end) =>
      tx
        .deleteFrom('api_tokens')
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('api_tokens').select('id').where(end, '<', before).orderBy(end).limit(limit),
        ),
    ),
  ]
  let most = 0
  for (const query of ended) {
    const { numDeletedRows } = await query.executeTakeFirst()
    most = Math.max(most, Number(numDeletedRows))
  }
  return most
}

/** Forgets what steps did on GitHub once no webhook can tell of it any more. */
export async function removeEffects(tx: Db, { before, limit }: Batch): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('effects')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('effects')
        .select('id')
        .where('recorded_at', '<', before)
        .orderBy('recorded_at')
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Forgets what people did from here once nobody asks for it again. */
export async function removeActs(tx: Db, { before, limit }: Batch): Promise<number> {
  const old = await tx
    .selectFrom('acts')
    .select(['user_id', 'key'])
    .where('begun_at', '<', before)
    .orderBy('begun_at')
    .limit(limit)
    .execute()
  for (const { user_id, key } of old) {
    await tx.deleteFrom('acts').where('user_id', '=', user_id).where('key', '=', key).execute()
  }
  return old.length
}

/** Notes how much one look has removed, besides what earlier ones did. */
export async function noteRemoval(
  tx: Db,
  { what, removed, now }: { what: Removable; removed: number; now: number },
): Promise<void> {
  await tx
    .insertInto('removals')
    .values({ what, removed, last_removed: removed, last_at: now })
    .onConflict((conflict) =>
      conflict.column('what').doUpdateSet({
        removed: sql<number>`removals.removed + ${removed}`,
        last_removed: removed,
        last_at: now,
      }),
    )
    .execute()
}

/** What was removed so far, by what it was. */
export async function listRemovals(db: Db): Promise<RemovalRow[]> {
  return await db.selectFrom('removals').selectAll().execute()
}
