import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { RunChange } from '../../contract/run.ts'
import { readChanges } from '../../src/store/changes.ts'
import {
  appendJournals,
  type JournalPart,
  lastEntry,
  readJournal,
  readJournalPage,
} from '../../src/store/journal.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import type { RunRow } from '../../src/store/rows/run.ts'
import { listRunRepositories } from '../../src/store/run-audience.ts'
import { findRun, insertRun, type NewRun, type OwnedRun } from '../../src/store/runs.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Db, Store } from '../../src/store/store.ts'
import { addWorkflow, seed } from '../engine/engine-fixture.ts'
import { dialects, openTempStore, tempDatabase, tempFolder } from '../support/temp-store.ts'

const at = new Date(1_000).toISOString()
const started: RunChange = { kind: 'run.started', at, data: {} }
const job: RunChange = { kind: 'job.started', at, data: { job: 'a' } }
const ended: RunChange = { kind: 'run.finished', at, data: { conclusion: 'success' } }

/** Runs of these ids, before anything is in their journals. */
async function newRuns(store: Store, ...ids: string[]): Promise<OwnedRun[]> {
  await seed(store)
  const workflow_id = await addWorkflow(store, 'on: push\njobs: {a: {steps: [{uses: hub/set-output}]}}')
  return await store.write(async (tx) => {
    const runs: OwnedRun[] = []
    for (const id of ids) {
      const run = { id, repository_id: 7, delivery_id: null, maker: 'u1', started_by: null }
      const key = await insertRun(tx, {
        ...{ ...run, workflow_id, version: 1, number: 1, attempt: 1, rerun_of: null, idempotency_key: id },
        ...{ name: id, event: 'push', actor: null, created_at: 1_000, cause_depth: 0 },
      })
      runs.push({ ...run, key: key!, repositories: [7] })
    }
    return runs
  })
}

const append = (store: Store, ...parts: Omit<JournalPart, 'actor'>[]) =>
  store.write((tx) =>
    appendJournals(
      tx,
      parts.map((part) => ({ ...part, actor: 'mona' })),
      1_000,
    ),
  )

/** What the log tells of runs. */
async function readLog(store: Store) {
  const log = await readChanges(store.read, { after: 0, limit: 10 })
  return log.filter(({ topic }) => topic.startsWith('run:'))
}

describe.each(dialects)('journals on %s', (dialect) => {
  it('count their entries from one, each for itself, and tell the log of runs only', async () => {
    await using store = await openTempStore(dialect)
    const [a, b] = (await newRuns(store, 'a', 'b')) as [OwnedRun, OwnedRun]
    const many = [started, ...Array.from({ length: 150 }, () => job)]
    const before = (await readChanges(store.read, { after: 0, limit: 10 })).length
    const seq = await append(store, { run: a, n: 1, changes: many }, { run: b, n: 1, changes: [job] })
    await append(store, { run: a, n: 152, changes: [ended] })
    expect(seq).toBe(before + 1)
    const journal = await readJournal(store.read, 'a')
    expect(journal).toEqual(
      [...many, ended].map((change, index) => ({
        ...change,
        n: index + 1,
        seq: index < 151 ? seq : seq + 1,
      })),
    )
    expect(await readJournal(store.read, 'b')).toEqual([{ ...job, n: 1, seq }])
    expect(await lastEntry(store.read, 'a')).toBe(152)
    expect(await lastEntry(store.read, 'none')).toBe(0)
    const log = await readLog(store)
    expect(log.map(({ topic, kind, repository_id }) => [topic, kind, repository_id])).toEqual([
      ['run:a', 'run.started', 7],
      ['run:a', 'run.finished', 7],
    ])
  })

  it('are read from any entry on, wherever the turn began that holds it', async () => {
    await using store = await openTempStore(dialect)
    const [run] = (await newRuns(store, 'a')) as [OwnedRun]
    for (const [n, count] of [
      [1, 3],
      [4, 1],
      [5, 4],
    ] as const) {
      await append(store, { run, n, changes: Array<RunChange>(count).fill(job) })
    }
    for (let after = 0; after <= 9; after++) {
      for (let limit = 1; limit <= 9; limit++) {
        const page = await readJournalPage(store.read, { runId: 'a', after, limit })
        const expected = [1, 2, 3, 4, 5, 6, 7, 8].slice(after, after + limit)
        expect(
          page.map(({ n }) => n),
          `${limit} after ${after}`,
        ).toEqual(expected)
      }
    }
  })

  it('take no number twice, whoever writes it', async () => {
    await using store = await openTempStore(dialect)
    const [run] = (await newRuns(store, 'a')) as [OwnedRun]
    await append(store, { run, n: 1, changes: [started, job] })
    await expect(append(store, { run, n: 1, changes: [started] })).rejects.toThrow()
    expect(await readJournal(store.read, 'a')).toHaveLength(2)
    expect(await readLog(store)).toHaveLength(1)
  })

  it('keep the moment of each entry', async () => {
    await using store = await openTempStore(dialect)
    const [run] = (await newRuns(store, 'a')) as [OwnedRun]
    const later = { ...job, at: new Date(2_000).toISOString() }
    await expect(append(store, { run, n: 1, changes: [started, later] })).rejects.toThrow(
      'of 1970-01-01T00:00:02',
    )
  })

  it('are carried over from the log of the first schema', async () => {
    await using place = await newPlace(dialect)
    const before = await openWith(place, 1)
    await before.write((tx) => writeOldRuns(tx))
    const rows = [
      [1, 'run:a', 'run.created', '{"id":"a"}'],
      [2, 'repo:7', 'push', '{}'],
      [3, 'run:b', 'run.created', '{"id":"b"}'],
      [4, 'run:a', 'run.started', '{}'],
      [5, 'run:a', 'step.started', '{"job":"j","step":"s"}'],
      [6, 'run:a', 'run.finished', '{"conclusion":"success"}'],
    ] as const
    await before.write(async (tx) => {
      for (const [seq, topic, kind, data] of rows)
        await sql`insert into changes (seq, at, topic, kind, data) values (${seq}, ${seq * 1_000}, ${topic}, ${kind}, ${data})`.execute(
          tx,
        )
    })
    await before.close()

    const store = await openWith(place, migrations.length)
    const told = (await readJournal(store.read, 'a')).map(({ n, seq, kind, at }) => [n, seq, kind, at])
    expect(told).toEqual([
      [1, 1, 'run.created', '1970-01-01T00:00:01.000Z'],
      [2, 4, 'run.started', '1970-01-01T00:00:04.000Z'],
      [3, 5, 'step.started', '1970-01-01T00:00:05.000Z'],
      [4, 6, 'run.finished', '1970-01-01T00:00:06.000Z'],
    ])
    expect(await readJournal(store.read, 'b')).toHaveLength(1)
    const log = await readChanges(store.read, { after: 0, limit: 10 })
    expect(log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 6])
    await store.close()
  })

  it('are carried over entry by entry, with all that their runs touched', async () => {
    await using place = await newPlace(dialect)
    const count = migrations.findIndex(({ name }) => name === 'journal-turns')
    const before = await openWith(place, count)
    const output = '{"job":"a","outputs":{"x":"\\"[[1]]\\""}}'
    await before.write(async (tx) => {
      await writeOldRuns(tx)
      for (const [n, kind, data] of [
        [1, 'run.created', '{"id":"a"}'],
        [2, 'step.finished', output],
      ] as const) {
        await sql`insert into journal (run_id, n, at, kind, data, seq) values ('a', ${n}, ${n}, ${kind}, ${data}, ${n})`.execute(
          tx,
        )
      }
      await sql`insert into run_repositories (run_id, repository_id, workflow_id, created_at) values ('a', 7, 'w', 5)`.execute(
        tx,
      )
      await sql`update runs set wake_at = 9, epoch = 3, maker = 'mona', started_by = 'ada' where id = 'a'`.execute(
        tx,
      )
    })
    await before.close()

    const store = await openWith(place, migrations.length)
    expect(await readJournal(store.read, 'a')).toEqual([
      { n: 1, seq: 1, at: '1970-01-01T00:00:00.001Z', kind: 'run.created', data: { id: 'a' } },
      { n: 2, seq: 2, at: '1970-01-01T00:00:00.002Z', kind: 'step.finished', data: JSON.parse(output) },
    ])
    expect(await lastEntry(store.read, 'a')).toBe(2)
    const row = await findRun(store.read, 'a')
    expect(row).toMatchObject({ wake_at: 9, epoch: 3, maker: 'mona', started_by: 'ada', created_at: 5 })
    expect(await listRunRepositories(store.read, 'a')).toEqual([7])
    // The next run has a key of its own, and what touched one goes with it.
    const run = { ...row!, repositories: [7] }
    const changes: RunChange[] = [{ ...ended, at: new Date(3).toISOString() }]
    await store.write((tx) => appendJournals(tx, [{ run, n: 3, changes, actor: null }], 3))
    expect((await findRun(store.read, 'a'))?.status).toBe('completed')
    const key = await store.write((tx) => insertRun(tx, { ...newRunOf(row!), id: 'c', idempotency_key: 'c' }))
    expect(key).toBeGreaterThan(row!.key)
    await store.write((tx) => tx.deleteFrom('runs').where('id', '=', 'a').execute())
    expect(await listRunRepositories(store.read, 'a')).toEqual([])
    await store.close()
  })
})

/** Runs `a` and `b` with their workflow and its maker, in the words that every schema knows. */
async function writeOldRuns(tx: Db): Promise<void> {
  await sql`insert into users (id, host, github_id, login, role, created_at) values ('mona', 'h', 1, 'mona', 'owner', 0)`.execute(
    tx,
  )
  await sql`insert into workflows (id, name, version, enabled, created_by, run_count, created_at, updated_at)
    values ('w', 'W', 1, 1, 'mona', 2, 0, 0)`.execute(tx)
  for (const id of ['a', 'b']) {
    await sql`insert into runs (id, workflow_id, version, number, attempt, idempotency_key, name, event, status, created_at)
      values (${id}, 'w', 1, 1, 1, ${id}, 'R', 'push', 'in_progress', 5)`.execute(tx)
  }
}

function newRunOf(row: RunRow): NewRun {
  const { id, workflow_id, version, number, attempt, rerun_of, idempotency_key, name, event } = row
  const { repository_id, delivery_id, actor, created_at, maker, started_by, cause_depth } = row
  return {
    ...{ id, workflow_id, version, number, attempt, rerun_of, idempotency_key, name, event, repository_id },
    ...{ delivery_id, actor, created_at, maker, started_by, cause_depth },
  }
}

type Place = AsyncDisposable & { dataDir: string; databaseUrl?: string }

async function newPlace(dialect: Store['dialect']): Promise<Place> {
  const place = dialect === 'sqlite' ? await tempFolder() : await tempDatabase()
  return { ...place, [Symbol.asyncDispose]: place.remove }
}

/** The store as the version with so many migrations opens it. */
async function openWith({ dataDir, databaseUrl }: Place, count: number): Promise<Store> {
  const known = migrations.slice(0, count)
  if (databaseUrl) return await openPostgres({ url: databaseUrl, migrations: known })
  const onFatal = (error: unknown) => {
    throw error
  }
  return await openSqlite({ path: `${dataDir}/test.db`, migrations: known, readers: 1, onFatal })
}
