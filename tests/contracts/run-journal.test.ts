import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { numbered, type RunChange } from '../../contract/run.ts'
import { readChanges } from '../../src/store/changes.ts'
import { appendJournals, lastEntry, readJournal, readJournalPage } from '../../src/store/journal.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { dialects, openTempStore, tempDatabase, tempFolder } from '../support/temp-store.ts'

const at = new Date(1_000).toISOString()
const started: RunChange = { kind: 'run.started', at, data: {} }
const job: RunChange = { kind: 'job.started', at, data: { job: 'a' } }
const ended: RunChange = { kind: 'run.finished', at, data: { conclusion: 'success' } }
const run = (id: string) => ({
  ...{ id, repository_id: 7, delivery_id: null, maker: 'u1', started_by: null, repositories: [7] },
})

describe.each(dialects)('journals on %s', (dialect) => {
  it('count their entries from one, each for itself, and tell the log of runs only', async () => {
    await using store = await openTempStore(dialect)
    const many = numbered([started, ...Array.from({ length: 150 }, () => job)], 0)
    const seq = await store.write((tx) =>
      appendJournals(
        tx,
        [
          { run: run('a'), entries: many, actor: 'mona' },
          { run: run('b'), entries: numbered([job], 0), actor: null },
        ],
        1_000,
      ),
    )
    await store.write((tx) =>
      appendJournals(tx, [{ run: run('a'), entries: numbered([ended], 151), actor: null }], 1_000),
    )
    const journal = await readJournal(store.read, 'a')
    expect(journal.map(({ n }) => n)).toEqual(Array.from({ length: 152 }, (_, index) => index + 1))
    expect(journal.slice(0, 151)).toEqual(many.map((entry) => ({ ...entry, seq })))
    expect(await readJournal(store.read, 'b')).toEqual([{ ...job, n: 1, seq }])
    expect(await lastEntry(store.read, 'a')).toBe(152)
    expect(await lastEntry(store.read, 'none')).toBe(0)
    const page = await readJournalPage(store.read, { runId: 'a', after: 150, limit: 10 })
    expect(page.map(({ n, seq, kind }) => [n, seq, kind])).toEqual([
      [151, 1, 'job.started'],
      [152, 2, 'run.finished'],
    ])
    const log = await readChanges(store.read, { after: 0, limit: 10 })
    expect(log.map(({ topic, kind, repository_id }) => [topic, kind, repository_id])).toEqual([
      ['run:a', 'run.started', 7],
      ['run:a', 'run.finished', 7],
    ])
  })

  it('take no number twice, whoever writes it', async () => {
    await using store = await openTempStore(dialect)
    const append = (entries: RunChange[]) =>
      store.write((tx) =>
        appendJournals(tx, [{ run: run('a'), entries: numbered(entries, 0), actor: null }], 1_000),
      )
    await append([started, job])
    await expect(append([started])).rejects.toThrow()
    expect(await readJournal(store.read, 'a')).toHaveLength(2)
    expect(await readChanges(store.read, { after: 0, limit: 10 })).toHaveLength(1)
  })

  it('are carried over from the log of the schema before', async () => {
    await using place = await newPlace(dialect)
    const before = await openWith(place, 1)
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
})

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
