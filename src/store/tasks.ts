import { type Compilable, sql } from 'kysely'
import { compiled } from './compiled.ts'
import type { TaskRow } from './rows/log.ts'
import { noteTasks } from './signals.ts'
import type { Db } from './store.ts'

interface Claim {
  owner: string
  now: number
  leaseUntil: number
  /** At most so many, of those that are due. */
  limit: number
}

/** Takes due tasks for an owner, most urgent first, one of each serial key. */
export async function claimTasks(tx: Db, { owner, now, leaseUntil, limit }: Claim): Promise<TaskRow[]> {
  const { rows } = await due(tx, { now, limit })
  const ids = oneOfEach(rows)
  if (ids.length === 0) return []
  const claim = ids.length === 1 ? claimOne : claimMany
  const claimed = await claim(tx, { ...placesOf(ids), owner, leaseUntil })
  return claimed.rows.sort((a, b) => a.priority - b.priority || a.run_at - b.run_at || (a.id < b.id ? -1 : 1))
}

/** The most tasks of one claim. */
export const claimMost = 50

/** Always the same number of places, the rest filled with the first id: one text, compiled once. */
function placesOf(ids: readonly string[]): Record<number, string> {
  return Object.fromEntries(Array.from({ length: claimMost }, (_, place) => [place, ids[place] ?? ids[0]!]))
}

type Due = Pick<TaskRow, 'id' | 'serial_key'>

const due = compiled<{ now: number; limit: number }, Due>((db, value) =>
  db
    .selectFrom('tasks')
    .select(['id', 'serial_key'])
    .where('state', '=', 'ready')
    .where('run_at', '<=', value('now'))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tasks as other')
            .select('other.id')
            .whereRef('other.serial_key', '=', 'tasks.serial_key')
            .where('other.state', '=', sql.lit('running')),
        ),
      ),
    )
    .orderBy('priority')
    .orderBy('run_at')
    .orderBy('id')
    .limit(value('limit')),
)

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

/** Of tasks that are due together, the first of each serial key, and all that have none. */
function oneOfEach(rows: readonly Due[]): string[] {
  const taken = new Set<string>()
  return rows
    .filter(({ serial_key: key }) => {
      if (key === null) return true
      if (taken.has(key)) return false
      taken.add(key)
      return true
    })
    .map(({ id }) => id)
}

/** A task as its owner names it: whatever another process has taken over does not match any more. */
export interface Held {
  id: string
  owner: string
  /** Which try the owner is at. */
  attempt: number
}

/** Ends a task that is done, unless it is not the owner's any more. */
export async function deleteTask(tx: Db, held: Held): Promise<void> {
  await remove(tx, held)
}

const remove = compiled<Held, unknown>((db, value) =>
  db
    .deleteFrom('tasks')
    .where('id', '=', value('id'))
    .where('owner', '=', value('owner'))
    .where('state', '=', 'running'),
)

type Again = Held & Pick<TaskRow, 'run_at' | 'error'> & { tries: number }

/**
 * Lets a held task wait again, with so many `tries` behind it, unless it is not the owner's any more. Where its job key
 * was taken from it, another one does the work and this one ends.
 */
export async function requeueTask(tx: Db, again: Again): Promise<void> {
  const { affected } = await requeue(tx, again)
  if (affected > 0) noteTasks(tx)
  else await deleteTask(tx, again)
}

const requeue = compiled<Again, unknown>((db, value) =>
  db
    .updateTable('tasks')
    .set({
      state: 'ready',
      owner: null,
      lease_until: null,
      run_at: value('run_at'),
      attempts: value('tries'),
      error: value('error'),
    })
    .where('id', '=', value('id'))
    .where('owner', '=', value('owner'))
    .where('state', '=', 'running')
    .where('attempts', '=', value('attempt')),
)

/** Gives a held task up, unless it is not the owner's any more; it stays as `failed` with its error. */
export async function failTask(tx: Db, { id, owner, error }: Held & { error: string }): Promise<void> {
  await tx
    .updateTable('tasks')
    .set({ state: 'failed', owner: null, lease_until: null, error })
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('state', '=', 'running')
    .execute()
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
