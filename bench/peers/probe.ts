import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setImmediate } from 'node:timers'
import { type EngineUnderLoad, stepResult, stepsOfRun } from '../support/engine-load.ts'

interface Waiting {
  statement: StatementSync
  values: SQLInputValue[]
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Not a product: the least that a durable engine can do on `node:sqlite`, as the reference that every other figure is
 * a ratio of. A step is three rows (its result, an event, the run touched), a turn of the event loop is one commit
 * with `synchronous = full`. No workflow language, no plan, no recovery.
 */
export async function open(folder: string): Promise<EngineUnderLoad> {
  const database = new DatabaseSync(join(folder, 'probe.db'))
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table runs (id integer primary key, status text not null, touched integer not null, output text) strict;
    create table steps (run integer not null, n integer not null, result text not null, at integer not null,
      primary key (run, n)) strict, without rowid;
    create table events (id integer primary key, run integer not null, kind text not null, data text not null,
      at integer not null) strict;
    create index events_run on events (run, at);
  `)
  const begin = database.prepare('begin immediate')
  const commit = database.prepare('commit')
  const start = database.prepare("insert into runs (id, status, touched) values (?, 'running', ?)")
  const step = database.prepare('insert into steps (run, n, result, at) values (?, ?, ?, ?)')
  const event = database.prepare("insert into events (run, kind, data, at) values (?, 'step', ?, ?)")
  const touch = database.prepare('update runs set touched = ? where id = ?')
  const end = database.prepare("update runs set status = 'done', output = ?, touched = ? where id = ?")

  let waiting: Waiting[] = []

  function post(write: Waiting): void {
    waiting.push(write)
    if (waiting.length === 1) setImmediate(flush)
  }

  function flush(): void {
    const writes = waiting
    waiting = []
    try {
      begin.run()
      for (const { statement, values } of writes) statement.run(...values)
      commit.run()
    } catch (error) {
      for (const { reject } of writes) reject(error)
      return
    }
    for (const { resolve } of writes) resolve()
  }

  const written = (statement: StatementSync, ...values: SQLInputValue[]) =>
    new Promise<void>((resolve, reject) => post({ statement, values, resolve, reject }))

  let runs = 0
  return {
    async runOne(n) {
      const run = ++runs
      await written(start, run, Date.now())
      let result = ''
      for (let at = 0; at < stepsOfRun; at++) {
        result = JSON.stringify(await Promise.resolve(stepResult(at, n)))
        const now = Date.now()
        void written(event, run, result, now)
        void written(touch, now, run)
        await written(step, run, at, result, now)
      }
      await written(end, result, Date.now(), run)
    },
    close: async () => database.close(),
  }
}
