import { type RawBuilder, sql } from 'kysely'
import { compiled } from './compiled.ts'
import type { TaskRow } from './rows/log.ts'
import { noteTasks } from './signals.ts'
import type { Db } from './store.ts'

/** A task to insert; the queue fills in the rest. */
export type NewTask = Omit<TaskRow, 'state' | 'attempts' | 'owner' | 'lease_until' | 'error'>

type ValueOf = <Name extends keyof NewTask>(name: Name) => NewTask[Name]

/** Inserts a waiting task. */
export async function insertTask(tx: Db, task: NewTask): Promise<void> {
  await insert(tx, task)
  noteTasks(tx)
}

/** Inserts a waiting task; false when its job key is taken. */
export async function insertKeyedTask(tx: Db, task: NewTask): Promise<boolean> {
  const { affected } = await insertKeyed(tx, task)
  if (affected > 0) noteTasks(tx)
  return affected > 0
}

const insert = compiled<NewTask, unknown>(insertion)

const insertKeyed = compiled<NewTask, unknown>((db, value) =>
  insertion(db, value).onConflict((conflict) =>
    conflict.column('job_key').where('job_key', 'is not', null).doNothing(),
  ),
)

function insertion(db: Db, value: ValueOf) {
  return db.insertInto('tasks').values({
    id: value('id'),
    kind: value('kind'),
    payload: value('payload'),
    job_key: value('job_key'),
    serial_key: value('serial_key'),
    run_at: value('run_at'),
    priority: value('priority'),
    max_attempts: value('max_attempts'),
    created_at: value('created_at'),
    state: 'ready',
    attempts: 0,
  })
}

/**
 * Makes the waiting task of a job key this one; false when none waits. `keepsTime`: it stays due when it was, unless it
 * waits for another try.
 */
export async function refreshTask(
  tx: Db,
  task: NewTask,
  { keepsTime }: { keepsTime: boolean },
): Promise<boolean> {
  const { affected } = await (keepsTime ? refreshInPlace : refresh)(tx, task)
  if (affected > 0) noteTasks(tx)
  return affected > 0
}

const refresh = refreshing((value) => value('run_at'))
const refreshInPlace = refreshing(
  (value) => sql<number>`case when attempts = 0 then run_at else ${value('run_at')} end`,
)

function refreshing(runAt: (value: ValueOf) => number | RawBuilder<number>) {
  return compiled<NewTask, unknown>((db, value) =>
    db
      .updateTable('tasks')
      .set({
        kind: value('kind'),
        payload: value('payload'),
        serial_key: value('serial_key'),
        run_at: runAt(value),
        priority: value('priority'),
        max_attempts: value('max_attempts'),
        attempts: 0,
        error: null,
      })
      .where('job_key', '=', value('job_key'))
      .where('state', '=', sql.lit('ready')),
  )
}

/** Takes the job key from a task that runs, which is then not tried again, or that was given up. */
export async function releaseJobKey(tx: Db, job_key: string): Promise<void> {
  await release(tx, { job_key })
}

const release = compiled<{ job_key: string }, unknown>((db, value) =>
  db
    .updateTable('tasks')
    .set({ job_key: null, attempts: sql`max_attempts` })
    .where('job_key', '=', value('job_key'))
    .where('state', '<>', sql.lit('ready')),
)
