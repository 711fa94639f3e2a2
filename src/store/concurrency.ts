import { sql } from 'kysely'
import type { GroupMove, GroupNews } from '../domain/workflow/concurrency.ts'
import type { ConcurrencyTurnRow } from './rows/run.ts'
import type { Db } from './store.ts'

/** So many wait in one group at most where all of them are kept. */
const maxWaiting = 100

/** A run, and the groups that it may be in. */
export interface GroupMember {
  id: string
  /** Groups of other scopes have nothing to do with its own. */
  scope: string
}

/**
 * Writes what a turn of a run means for its concurrency groups, in that turn's transaction: one of a group runs at a time;
 * of those that wait the newest stays, or all of them. Answers the runs that have news by it; those of nobody are due.
 */
export async function moveInGroups(
  tx: Db,
  { id, scope }: GroupMember,
  { moves, now }: { moves: readonly GroupMove[]; now: number },
): Promise<string[]> {
  const told = new Set<string>()
  for (const move of moves) {
    if (move.do === 'hear') await hear(tx, { run_id: id, job: move.job })
    else if (move.do === 'leave') await leave(tx, { run_id: id, job: move.job }, now, told)
    else {
      const { job, group: label } = move
      const turn = { run_id: id, job, scope, name: label.toLowerCase(), label, since: now }
      await enter(tx, turn, move, told)
    }
  }
  for (const run of told) if (run !== id) await wakeRun(tx, run, now)
  return [...told]
}

type Turn = Pick<ConcurrencyTurnRow, 'run_id' | 'job' | 'scope' | 'name' | 'label' | 'since'>

async function enter(
  tx: Db,
  turn: Turn,
  { cancel_in_progress, queue }: Extract<GroupMove, { do: 'wait' }>,
  told: Set<string>,
): Promise<void> {
  const others = await lockGroup(tx, turn, turn.since)
  const running = others.find(({ state }) => state === 'running')
  const waiting = others.filter(({ state }) => state === 'waiting')
  // A job that waits for its own run to end, or for the job around it, would wait forever.
  const within =
    running?.run_id === turn.run_id && (running.job === '' || turn.job.startsWith(`${running.job}.`))
  const full = queue === 'max' && waiting.length >= maxWaiting
  const refused = within || full
  await tx
    .insertInto('concurrency_turns')
    .values({
      ...turn,
      state: running ? 'waiting' : 'running',
      cancelled: refused ? 1 : 0,
      news: running && !refused ? 0 : 1,
    })
    .execute()
  if (!running || refused) told.add(turn.run_id)
  if (!running || refused) return
  const replaced = [...(queue === 'single' ? waiting : []), ...(cancel_in_progress ? [running] : [])]
  for (const { run_id, job } of replaced) {
    await tx
      .updateTable('concurrency_turns')
      .set({ cancelled: 1, news: 1 })
      .where('run_id', '=', run_id)
      .where('job', '=', job)
      .execute()
    told.add(run_id)
  }
}

async function leave(
  tx: Db,
  { run_id, job }: Pick<Turn, 'run_id' | 'job'>,
  now: number,
  told: Set<string>,
): Promise<void> {
  const own = await tx
    .selectFrom('concurrency_turns')
    .selectAll()
    .where('run_id', '=', run_id)
    .where('job', '=', job)
    .executeTakeFirst()
  if (!own) return
  const members = await lockGroup(tx, own, now)
  await tx.deleteFrom('concurrency_turns').where('run_id', '=', run_id).where('job', '=', job).execute()
  const others = members.filter((other) => other.run_id !== run_id || other.job !== job)
  if (others.length === 0) {
    const { scope, name } = own
    await tx.deleteFrom('concurrency_groups').where('scope', '=', scope).where('name', '=', name).execute()
  }
  if (others.some(({ state }) => state === 'running')) return
  // One that is to end leaves by itself.
  const next = others.find(({ cancelled }) => cancelled === 0)
  if (!next) return
  await tx
    .updateTable('concurrency_turns')
    .set({ state: 'running', news: 1 })
    .where('run_id', '=', next.run_id)
    .where('job', '=', next.job)
    .execute()
  told.add(next.run_id)
}

/** Keeps others from changing who is in a group until the transaction ends; answers who is, the longest there first. */
async function lockGroup(
  tx: Db,
  { scope, name }: Pick<Turn, 'scope' | 'name'>,
  touched_at: number,
): Promise<ConcurrencyTurnRow[]> {
  await tx
    .insertInto('concurrency_groups')
    .values({ scope, name, touched_at })
    .onConflict((conflict) => conflict.columns(['scope', 'name']).doUpdateSet({ touched_at }))
    .execute()
  return await tx
    .selectFrom('concurrency_turns')
    .selectAll()
    .where('scope', '=', scope)
    .where('name', '=', name)
    .orderBy('since')
    .orderBy('run_id')
    .orderBy('job')
    .execute()
}

/** The journal says now what there was to say. */
async function hear(tx: Db, { run_id, job }: Pick<Turn, 'run_id' | 'job'>): Promise<void> {
  await tx
    .updateTable('concurrency_turns')
    .set({ news: 0 })
    .where('run_id', '=', run_id)
    .where('job', '=', job)
    .execute()
}

/** Makes a run due that nobody owns and that has something to hear. */
export async function wakeRun(tx: Db, id: string, now: number): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ wake_at: now })
    .where('id', '=', id)
    .where('owner', 'is', null)
    .where('status', '<>', 'completed')
    .execute()
}

/** What the journal of a run does not say yet of its groups. */
export async function readGroupNews(db: Db, runId: string): Promise<GroupNews[]> {
  const rows = await db
    .selectFrom('concurrency_turns')
    .selectAll()
    .where('run_id', '=', runId)
    .where('news', '=', sql.lit(1))
    .execute()
  return rows.map(({ job, label, state, cancelled }) => ({
    job,
    group: label,
    entered: state === 'running',
    cancelled: cancelled === 1,
  }))
}

/** Runs that have something to hear of their groups. */
export async function listRunsWithGroupNews(db: Db, { limit }: { limit: number }): Promise<string[]> {
  const rows = await db
    .selectFrom('concurrency_turns')
    .select('run_id')
    .distinct()
    .where('news', '=', sql.lit(1))
    .orderBy('run_id')
    .limit(limit)
    .execute()
  return rows.map(({ run_id }) => run_id)
}
