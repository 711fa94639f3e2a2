import { type Compilable, type ExpressionBuilder, sql } from 'kysely'
import { compiled } from './compiled.ts'
import type { TaskRow } from './rows/log.ts'
import type { Schema } from './schema.ts'
import { noteTasks } from './signals.ts'
import type { Db } from './store.ts'

/** A task to insert; the queue fills in the rest. */
export type NewTask = Omit<TaskRow, 'state' | 'attempts' | 'owner' | 'lease_until' | 'error'>

/** Inserts a waiting task; false when one with the same dedupe key waits already. */
export async function insertTask(tx: Db, task: NewTask): Promise<boolean> {
  const { affected } = await (task.dedupe_key === null ? insert : insertOnce)(tx, task)
  if (affected > 0) noteTasks(tx)
  return affected > 0
}

const insert = compiled<NewTask, unknown>(insertion)

const insertOnce = compiled<NewTask, unknown>((db, value) =>
  insertion(db, value).onConflict((conflict) =>
    conflict
      .column('dedupe_key')
      .where('state', '=', sql.lit('ready'))
      .where('dedupe_key', 'is not', null)
      .doNothing(),
  ),
)

function insertion(db: Db, value: <Name extends keyof NewTask>(name: Name) => NewTask[Name]) {
  return db.insertInto('tasks').values({
    id: value('id'),
    kind: value('kind'),
    payload: value('payload'),
    dedupe_key: value('dedupe_key'),
    concurrency_key: value('concurrency_key'),
    concurrency_limit: value('concurrency_limit'),
    run_at: value('run_at'),
    priority: value('priority'),
    max_attempts: value('max_attempts'),
    repeat_ms: value('repeat_ms'),
    created_at: value('created_at'),
    state: 'ready',
    attempts: 0,
  })
}

/** Brings the waiting task of a dedupe key forward, if it waits for a later time. */
export async function bringForward(
  tx: Db,
  { dedupeKey, runAt }: { dedupeKey: string; runAt: number },
): Promise<void> {
  await tx
    .updateTable('tasks')
    .set({ run_at: runAt })
    .where('dedupe_key', '=', dedupeKey)
    .where('state', '=', sql.lit('ready'))
    .where('run_at', '>', runAt)
    .execute()
  noteTasks(tx)
}

interface Claim {
  owner: string
  now: number
  leaseUntil: number
  /** At most so many, of those that are due. */
  limit: number
}

/** Takes due tasks for an owner, most urgent first, as far as their concurrency keys allow. */
export async function claimTasks(tx: Db, { owner, now, leaseUntil, limit }: Claim): Promise<TaskRow[]> {
  const { rows } = await due(tx, { now, limit })
  const ids = withinLimits(rows)
  if (ids.length === 0) return []
  const claim = ids.length === 1 ? claimOne : claimMany
  const claimed = await claim(tx, { ...placesOf(ids), owner, leaseUntil })
  return claimed.rows.sort((a, b) => a.priority - b.priority || a.run_at - b.run_at)
}

/** The most tasks of one claim. */
export const claimMost = 50

/** Always the same number of places, the rest filled with the first id: one text, compiled once. */
function placesOf(ids: readonly string[]): Record<number, string> {
  return Object.fromEntries(Array.from({ length: claimMost }, (_, place) => [place, ids[place] ?? ids[0]!]))
}

interface Due {
  id: string
  concurrency_key: string | null
  concurrency_limit: number
  running: number
}

const due = compiled<{ now: number; limit: number }, Due>((db, value) =>
  db
    .selectFrom('tasks')
    .select((eb) => ['id', 'concurrency_key', 'concurrency_limit', runningBeside(eb).as('running')])
    .where('state', '=', 'ready')
    .where('run_at', '<=', value('now'))
    .where((eb) =>
      eb.or([eb('concurrency_key', 'is', null), eb(runningBeside(eb), '<', eb.ref('concurrency_limit'))]),
    )
    .orderBy('priority')
    .orderBy('run_at')
    .limit(value('limit')),
)

/** How many tasks of the same concurrency key run. */
function runningBeside(eb: ExpressionBuilder<Schema, 'tasks'>) {
  return eb
    .selectFrom('tasks as other')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .whereRef('other.concurrency_key', '=', 'tasks.concurrency_key')
    .where('other.state', '=', 'running')
}

/** One task, as it comes while nothing has piled up, and many. */
const claimOne = claimOf(1)
const claimMany = claimOf(claimMost)

function claimOf(places: number) {
  return compiled<Record<string | number, unknown>, TaskRow>((db, value) =>
    db
      .updateTable('tasks')
      .set({
        state: 'running',
        owner: value('owner') as string,
        lease_until: value('leaseUntil') as number,
        attempts: sql`attempts + 1`,
      })
      .where(
        'id',
        'in',
        Array.from({ length: places }, (_, place) => value(place) as string),
      )
      .where('state', '=', 'ready')
      .returningAll(),
  )
}

/** Of tasks that are due together, those that fit into what their keys leave free. */
function withinLimits(rows: readonly Due[]): string[] {
  const taken = new Map<string, number>()
  return rows
    .filter(({ concurrency_key: key, concurrency_limit, running }) => {
      if (key === null) return true
      const now = taken.get(key) ?? running
      if (now >= concurrency_limit) return false
      taken.set(key, now + 1)
      return true
    })
    .map(({ id }) => id)
}

/** A task as its owner names it: whatever another process has taken over does not match any more. */
export interface Held {
  id: string
  owner: string
}

/** Ends a task that is done; false when it is not the owner's any more. */
export async function deleteTask(tx: Db, held: Held): Promise<boolean> {
  const { affected } = await remove(tx, held)
  return affected > 0
}

const remove = compiled<Held, unknown>((db, value) =>
  db
    .deleteFrom('tasks')
    .where('id', '=', value('id'))
    .where('owner', '=', value('owner'))
    .where('state', '=', 'running'),
)

type Again = Held & Pick<TaskRow, 'run_at' | 'attempts' | 'error'>

/**
 * Lets a held task wait again. Where another one with its dedupe key waits already, that one does the work and
 * this one ends. False when it is not the owner's any more.
 */
export async function requeueTask(tx: Db, again: Again): Promise<boolean> {
  const { affected } = await requeue(tx, again)
  if (affected === 0) return await deleteTask(tx, again)
  noteTasks(tx)
  return true
}

const requeue = compiled<Again, unknown>((db, value) =>
  db
    .updateTable('tasks')
    .set({
      state: 'ready',
      owner: null,
      lease_until: null,
      run_at: value('run_at'),
      attempts: value('attempts'),
      error: value('error'),
    })
    .where('id', '=', value('id'))
    .where('owner', '=', value('owner'))
    .where('state', '=', 'running')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tasks as other')
            .select('other.id')
            .whereRef('other.dedupe_key', '=', 'tasks.dedupe_key')
            .where('other.state', '=', sql.lit('ready')),
        ),
      ),
    ),
)

/** Gives a held task up; it stays as `failed` with its error. False when it is not the owner's any more. */
export async function failTask(tx: Db, { id, owner, error }: Held & { error: string }): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('tasks')
    .set({ state: 'failed', owner: null, lease_until: null, error })
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

interface Lease {
  owner: string
  ids: readonly string[]
  leaseUntil: number
}

/** Tells that the owner still works on these. */
export async function extendLeases(tx: Db, { owner, ids, leaseUntil }: Lease): Promise<void> {
  await tx
    .updateTable('tasks')
    .set({ lease_until: leaseUntil })
    .where('id', 'in', ids)
    .where('owner', '=', owner)
    .where('state', '=', 'running')
    .execute()
}

/** Running tasks whose lease has ended or whose owner is dead, as `isDead` knows; their process will not end them. */
export async function listOrphans(
  tx: Db,
  { now, isDead }: { now: number; isDead: (owner: string) => boolean },
): Promise<TaskRow[]> {
  const running = await tx.selectFrom('tasks').selectAll().where('state', '=', 'running').execute()
  return running.filter(({ owner, lease_until }) => (lease_until ?? 0) <= now || isDead(owner ?? ''))
}

/** When the next waiting task is due; undefined when none waits for a later time. */
export async function nextDue(db: Db, now: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('tasks')
    .select(({ fn }) => fn.min('run_at').as('run_at'))
    .where('state', '=', 'ready')
    .where('run_at', '>', now)
    .executeTakeFirst()
  return row?.run_at ?? undefined
}

/** How many tasks wait and are due, wait for a later time, run, and have been given up. */
export interface TaskCounts {
  ready: number
  delayed: number
  running: number
  failed: number
}

/** Counts the tasks by one query. */
export async function countTasks(db: Db, now: number): Promise<TaskCounts> {
  const { rows } = await counts(db, { now })
  const { ready, delayed, running, failed } = rows[0]!
  return { ready: Number(ready), delayed: Number(delayed), running: Number(running), failed: Number(failed) }
}

const counts = compiled<{ now: number }, TaskCounts>((db, value) => {
  const count = (state: TaskRow['state']) =>
    db
      .selectFrom('tasks')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', sql.lit(state))
  return db.selectNoFrom([
    count('ready').where('run_at', '<=', value('now')).as('ready'),
    count('ready').where('run_at', '>', value('now')).as('delayed'),
    count('running').as('running'),
    count('failed').as('failed'),
  ]) as unknown as Compilable<TaskCounts>
})
