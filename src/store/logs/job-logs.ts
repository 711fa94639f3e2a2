import type { JobLogRow } from '../rows/logs.ts'
import type { Db } from '../store.ts'
import { type PackedLog, unpackChunk } from './pack-log.ts'

/** The logs of one repository take no more than this, compressed; the oldest go first. */
const mostRepositoryBytes = 512 * 2 ** 20

type Of = Pick<JobLogRow, 'job_id' | 'repository_id' | 'run_id'>

/** Keeps the log of a job in place of what was kept, and lets go of the oldest of its repository when they are too many. */
export async function saveJobLog(
  tx: Db,
  { chunks, ...packed }: PackedLog,
  { now, most = mostRepositoryBytes, ...of }: Of & { now: number; most?: number },
): Promise<void> {
  await put(tx, { ...of, ...packed, state: 'kept', kept_at: now })
  for (const [n, data] of chunks.entries()) {
    await tx.insertInto('job_log_chunks').values({ job_id: of.job_id, n, data }).execute()
  }
  await makeRoom(tx, { ...of, most })
}

/** Notes that GitHub has no log of a job any more. */
export async function noteGoneLog(tx: Db, { now, ...of }: Of & { now: number }): Promise<void> {
  await put(tx, { ...of, state: 'gone', lines: 0, bytes: 0, dropped_lines: 0, size: 0, kept_at: now })
}

async function put(tx: Db, row: JobLogRow): Promise<void> {
  await tx.deleteFrom('job_log_chunks').where('job_id', '=', row.job_id).execute()
  await tx
    .insertInto('job_logs')
    .values(row)
    .onConflict((conflict) => conflict.column('job_id').doUpdateSet(row))
    .execute()
}

async function makeRoom(
  tx: Db,
  { repository_id, job_id, most }: Pick<Of, 'repository_id' | 'job_id'> & { most: number },
): Promise<void> {
  const logs = await tx
    .selectFrom('job_logs')
    .select(['job_id', 'size'])
    .where('repository_id', '=', repository_id)
    .orderBy('kept_at', 'desc')
    .execute()
  let taken = 0
  const gone = logs.filter((log) => {
    taken += log.size
    return taken > most && log.job_id !== job_id
  })
  await dropJobLogs(
    tx,
    gone.map((log) => log.job_id),
  )
}

/** What is known of a job's log; nothing where it was not asked for yet. */
export async function findJobLog(
  db: Db,
  { repositoryId, jobId }: { repositoryId: number; jobId: number },
): Promise<JobLogRow | undefined> {
  return await db
    .selectFrom('job_logs')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst()
}

/** Reads the text of a kept log, piece by piece. */
export async function* readJobLog(db: Db, jobId: number): AsyncGenerator<Buffer> {
  for (let n = 0; ; n++) {
    const chunk = await findChunk(db, { jobId, n })
    if (!chunk) return
    yield await unpackChunk(chunk)
  }
}

async function findChunk(
  db: Db,
  { jobId, n }: { jobId: number; n: number },
): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('job_log_chunks')
    .select('data')
    .where('job_id', '=', jobId)
    .where('n', '=', n)
    .executeTakeFirst()
  return row?.data
}

/** Lets go of the logs of a run, when GitHub has deleted them. */
export async function dropRunLogs(
  tx: Db,
  { repositoryId, runId }: { repositoryId: number; runId: number },
): Promise<void> {
  const logs = await tx
    .selectFrom('job_logs')
    .select('job_id')
    .where('run_id', '=', runId)
    .where('repository_id', '=', repositoryId)
    .execute()
  await dropJobLogs(
    tx,
    logs.map(({ job_id }) => job_id),
  )
}

/** Removes what was kept before a time, the oldest first; answers how many logs that were. */
export async function dropOldLogs(
  tx: Db,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const logs = await tx
    .selectFrom('job_logs')
    .select('job_id')
    .where('kept_at', '<', before)
    .orderBy('kept_at')
    .limit(limit)
    .execute()
  await dropJobLogs(
    tx,
    logs.map(({ job_id }) => job_id),
  )
  return logs.length
}

async function dropJobLogs(tx: Db, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await tx.deleteFrom('job_log_chunks').where('job_id', 'in', ids).execute()
  await tx.deleteFrom('job_logs').where('job_id', 'in', ids).execute()
}
