import type { StepAnnotation, StepOutput } from '../../../contract/step-output.ts'
import type { StepLogRow } from '../rows/logs.ts'
import type { Db } from '../store.ts'
import { unpackChunk } from './pack-log.ts'

/** Names the log of a step. */
export type StepLogPlace = Pick<StepLogRow, 'run_id' | 'job' | 'step'>

/** What a command leaves beside its log. */
export interface LeftByStep {
  annotations: readonly StepAnnotation[]
  summary: string | null
}

/** Begins the log of a step, or goes on with that of an earlier attempt; answers where it ends. */
export async function openStepLog(tx: Db, place: StepLogPlace, now: number): Promise<number> {
  const fresh = { state: 'open', first: 0, bytes: 0, annotations: '[]', summary: null, kept_at: now } as const
  const row = await tx
    .insertInto('step_logs')
    .values({ ...place, ...fresh })
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'job', 'step']).doUpdateSet({ state: 'open', kept_at: now }),
    )
    .returning('bytes')
    .executeTakeFirstOrThrow()
  return Number(row.bytes)
}

/** Keeps a piece of a log, with which it ends at `bytes`, in place of a shorter one that began at the same byte. */
export async function keepChunk(
  tx: Db,
  place: StepLogPlace,
  { first, data, bytes, most }: { first: number; data: Uint8Array; bytes: number; most: number },
): Promise<void> {
  await tx
    .insertInto('step_log_chunks')
    .values({ ...place, first, data })
    .onConflict((conflict) => conflict.columns(['run_id', 'job', 'step', 'first']).doUpdateSet({ data }))
    .execute()
  const beginning = await letGo(tx, place, bytes - most)
  await ofPlace(tx.updateTable('step_logs'), place)
    .set({ bytes, ...(beginning !== undefined && { first: beginning }) })
    .execute()
}

/** Lets go of the pieces that end before a byte; answers where the log begins then. */
async function letGo(tx: Db, place: StepLogPlace, before: number): Promise<number | undefined> {
  if (before <= 0) return undefined
  const last = await pieceAt(tx, place, before)
  if (last === undefined) return undefined
  await ofPlace(tx.deleteFrom('step_log_chunks'), place).where('first', '<', last).execute()
  return last
}

/** Where the piece begins that holds a byte. */
async function pieceAt(db: Db, place: StepLogPlace, byte: number): Promise<number | undefined> {
  const piece = await ofPlace(db.selectFrom('step_log_chunks'), place)
    .select('first')
    .where('first', '<=', byte)
    .orderBy('first', 'desc')
    .limit(1)
    .executeTakeFirst()
  return piece?.first
}

/** Ends the log of a step, with what else its command has left. */
export async function closeStepLog(tx: Db, place: StepLogPlace, left: LeftByStep): Promise<void> {
  const { summary } = left
  const annotations = JSON.stringify(left.annotations)
  await ofPlace(tx.updateTable('step_logs'), place).set({ state: 'closed', annotations, summary }).execute()
}

/** What is known of a step's log. */
export async function findStepLog(
  db: Db,
  place: StepLogPlace,
): Promise<Pick<StepLogRow, 'state' | 'first' | 'bytes'> | undefined> {
  return await ofPlace(db.selectFrom('step_logs'), place)
    .select(['state', 'first', 'bytes'])
    .executeTakeFirst()
}

/** Reads a log from a byte on, piece by piece, as it is now. */
export async function* readStepLog(db: Db, place: StepLogPlace, from: number): AsyncGenerator<Buffer> {
  let at = from
  for (let next = (await pieceAt(db, place, from)) ?? 0; ; ) {
    const chunk = await ofPlace(db.selectFrom('step_log_chunks'), place)
      .select(['first', 'data'])
      .where('first', '>=', next)
      .orderBy('first')
      .limit(1)
      .executeTakeFirst()
    if (!chunk) return
    const text = await unpackChunk(chunk.data)
    const skip = Math.max(0, at - chunk.first)
    if (skip < text.length) yield text.subarray(skip)
    at = Math.max(at, chunk.first + text.length)
    next = chunk.first + 1
  }
}

/** What the steps of a run have left, in no order. */
export async function listStepOutputs(db: Db, runId: string): Promise<StepOutput[]> {
  const rows = await db
    .selectFrom('step_logs')
    .select(['job', 'step', 'state', 'first', 'bytes', 'annotations', 'summary'])
    .where('run_id', '=', runId)
    .execute()
  return rows.map((row) => ({ ...row, annotations: JSON.parse(row.annotations) as StepAnnotation[] }))
}

/** Removes the logs of runs that go. */
export async function dropLogsOfRuns(tx: Db, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return
  await tx.deleteFrom('step_log_chunks').where('run_id', 'in', runIds).execute()
  await tx.deleteFrom('step_logs').where('run_id', 'in', runIds).execute()
}

/** Removes the logs of commands that began before a time, the oldest first; answers how many those were. */
export async function dropOldStepLogs(
  tx: Db,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const logs = await tx
    .selectFrom('step_logs')
    .select(['run_id', 'job', 'step'])
    .where('kept_at', '<', before)
    .where('state', '=', 'closed')
    .orderBy('kept_at')
    .limit(limit)
    .execute()
  for (const place of logs) {
    await ofPlace(tx.deleteFrom('step_log_chunks'), place).execute()
    await ofPlace(tx.deleteFrom('step_logs'), place).execute()
  }
  return logs.length
}

interface Where {
  where(column: 'run_id' | 'job' | 'step', operator: '=', value: string): this
}

function ofPlace<T extends Where>(query: T, { run_id, job, step }: StepLogPlace): T {
  return query.where('run_id', '=', run_id).where('job', '=', job).where('step', '=', step)
}
