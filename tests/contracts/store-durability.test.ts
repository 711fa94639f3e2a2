import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { coded } from '../../src/errors.ts'
import { createGroupCommit } from '../../src/store/group-commit.ts'
import { databaseFile } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/store.ts'
import { startChild } from '../support/child.ts'
import { openTempStore, tempFolder } from '../support/temp-store.ts'

describe('acknowledged means on disk', () => {
  it('loses nothing acknowledged when the process is killed in the middle of writing', async () => {
    for (let kill = 0; kill < 5; kill++) {
      const { dataDir, remove } = await tempFolder()
      const writer = startWriter(dataDir)
      await writer.said(/\.0\n/) // the first is acknowledged, however busy the machine
      await wait(Math.random() * 80)
      await writer.end('SIGKILL')
      const acknowledged = (await writer.lines()).filter((line) => line.includes('.'))
      expect(acknowledged.length).toBeGreaterThan(0)
      expect(missing(acknowledged, dataDir)).toEqual([])
      await remove()
    }
  })

  it('acknowledges nothing more once the disk has refused a commit, and says so', async () => {
    const { dataDir, remove } = await tempFolder()
    // A limit on the size of files makes the disk answer with an error, as a broken one would.
    const writer = startWriter(dataDir, { fileBlocks: 4_500 })
    const lines = await writer.lines()
    const acknowledged = lines.filter((line) => /^\d+\.\d+$/.test(line))
    expect(acknowledged.length).toBeGreaterThan(10)
    expect(lines.filter((line) => line === 'fatal')).toHaveLength(1)
    expect(lines.filter((line) => line === 'rejected unavailable')).toHaveLength(20)
    expect(lines.at(-1)).toBe('later unavailable')
    expect(lines.slice(lines.indexOf('fatal')).filter((line) => line.includes('.'))).toEqual([])
    expect(missing(acknowledged, dataDir)).toEqual([])
    await remove()
  })

  it('goes on when a full disk has room again', async () => {
    const fatal: unknown[] = []
    await using store = await openTempStore('sqlite', { onFatal: (error) => fatal.push(error) })
    const limit = (pages: number) =>
      store.write((tx) => sql.raw(`pragma max_page_count = ${pages}`).execute(tx))
    const put = (key: string, length: number) =>
      store.write((tx) =>
        tx
          .insertInto('settings')
          .values({ key, value: 'x'.repeat(length), updated_at: 0 })
          .execute(),
      )
    await limit(1) // no less than there are: from here on nothing fits
    const results = await Promise.allSettled([put('huge', 1_000_000), put('huge too', 1_000_000)])
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } })
    await limit(1_000_000)
    await put('fits', 1_000_000)
    expect(await store.read.selectFrom('settings').select('key').execute()).toEqual([{ key: 'fits' }])
    expect(fatal).toEqual([])
  })
})

describe('a commit that is on its way to disk', () => {
  it('is not acknowledged and not to be believed before it is there, and what comes meanwhile shares the next', async () => {
    await using group = await groupOverDisk()
    const said: string[] = []
    const first = group.write('first').then(() => said.push('first'))
    await group.flushStarts()
    const read = group.flushed().then(() => said.push('read'))
    const others = ['second', 'third'].map((word) => group.write(word).then(() => said.push(word)))
    await turns()
    expect(said).toEqual([])
    group.flushes.shift()!.resolve()
    await Promise.all([first, read])
    expect(said.sort()).toEqual(['first', 'read'])
    await group.flushStarts()
    group.flushes.shift()!.resolve()
    await Promise.all(others)
    expect(group.commits).toEqual([1, 2])
    await group.flushed()
  })

  it('is the last one when the disk does not take it', async () => {
    await using group = await groupOverDisk()
    const first = group.write('first')
    await group.flushStarts()
    const waits = group.write('waits')
    const read = group.flushed()
    group.flushes.shift()!.reject(coded('unavailable', 'no disk'))
    const refusal = { status: 'rejected', reason: { code: 'unavailable' } }
    expect(
      await Promise.allSettled([first, waits, read, group.write('later'), group.flushed()]),
    ).toMatchObject(Array.from({ length: 5 }, () => refusal))
    expect(group.fatal).toEqual([expect.objectContaining({ code: 'unavailable' })])
    expect(group.commits).toEqual([])
  })
})

/** A database whose disk takes a commit when the test says so. */
async function groupOverDisk() {
  const { dataDir, remove } = await tempFolder()
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec('create table words (word text not null) strict')
  const insert = database.prepare('insert into words values (?)')
  const flushes: PromiseWithResolvers<void>[] = []
  const fatal: unknown[] = []
  const commits: number[] = []
  const group = createGroupCommit({
    database,
    flush() {
      const flush = Promise.withResolvers<void>()
      flushes.push(flush)
      return flush.promise
    },
    append: async () => [],
    onCommit: ({ writes }) => commits.push(writes),
    onFatal: (error) => fatal.push(error),
  })
  return {
    flushes,
    fatal,
    commits,
    flushed: group.flushed,
    write: (word: string) => group.write({} as Db, async () => insert.run(word)),
    flushStarts: () => expect.poll(() => flushes.length, { interval: 1 }).toBe(1),
    async [Symbol.asyncDispose]() {
      await group.close()
      database.close()
      await remove()
    },
  }
}

/** Enough turns of the event loop for whatever does not wait for the disk. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

interface Limits {
  /** The largest file that the process may write, in blocks of 512 bytes. */
  fileBlocks?: number
}

function startWriter(dataDir: string, { fileBlocks }: Limits = {}) {
  const script = fileURLToPath(new URL('../support/writing-process.ts', import.meta.url))
  const limit = fileBlocks === undefined ? '' : `ulimit -f ${fileBlocks};`
  const args = ['-c', `${limit} exec "$0" "$@"`, process.execPath, script, dataDir]
  const child = startChild(args, { command: 'sh' })
  const closed = once(child.process, 'close') // of all that it printed, the last has come
  return {
    ...child,
    async lines() {
      await child.ended()
      await closed
      // The last line may be cut by the kill.
      return child.output().slice(0, child.output().lastIndexOf('\n')).split('\n')
    },
  }
}

/** The keys that were acknowledged and are not there. */
function missing(acknowledged: readonly string[], dataDir: string): string[] {
  using database = new DatabaseSync(join(dataDir, databaseFile))
  const rows = database.prepare('select key from settings').all()
  const kept = new Set(rows.map(({ key }) => key))
  return acknowledged.filter((key) => !kept.has(key))
}
