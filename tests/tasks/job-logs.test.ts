import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downloadLogTask } from '../../src/domain/mirror/sync-tasks.ts'
import { saveAccess } from '../../src/store/access.ts'
import {
  dropOldLogs,
  dropRunLogs,
  findJobLog,
  readJobLog,
  saveJobLog,
} from '../../src/store/logs/job-logs.ts'
import { packLog, unpackChunk } from '../../src/store/logs/pack-log.ts'
import type { Store } from '../../src/store/store.ts'
import { seedContents, seeded, seedRepository } from '../support/seed-mirror.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { startTestMirror } from '../support/test-mirror.ts'

const repositoryId = 1
const jobId = seeded.actionsJob
const of = { job_id: jobId, repository_id: repositoryId, run_id: seeded.actionsRun, now: 1 }

/** GitHub's API, and the place where it keeps logs. */
let api: Server
let shelf: Server
/** How the API answers for the log: an address on the shelf, or a status. */
let answer: 'address' | number
let text: string
const seen: Array<{ place: string; authorization: string | undefined }> = []
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

beforeEach(async () => {
  seen.length = 0
  answer = 'address'
  text = ''
  shelf = createServer((request, response) => {
    seen.push({ place: 'shelf', authorization: request.headers.authorization })
    response.end(text)
  })
  api = createServer((request, response) => {
    const isShelf = request.url?.startsWith('/shelf/')
    seen.push({ place: isShelf ? 'shelf' : 'api', authorization: request.headers.authorization })
    if (isShelf) return response.end(text)
    if (answer === 'address') return response.writeHead(302, { location: '/shelf/1' }).end()
    response.writeHead(answer, { 'content-type': 'application/json' }).end('{"message":"no"}')
  })
  for (const server of [api, shelf]) await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterEach(async () => {
  for (const server of [api, shelf]) {
    server.closeAllConnections()
    await once(server.close(), 'close')
  }
})

async function openMirror(store: Store) {
  const mirror = await startTestMirror({ store, url: addressOf(api) })
  const userId = await mirror.addUser({ githubId: 1, login: 'ada', token: 'ghp_1' })
  await seed(store)
  await store.write((tx) =>
    saveAccess(tx, [
      { user_id: userId, repository_id: repositoryId, permission: 'push', synced_at: Date.now() },
    ]),
  )
  return Object.assign(mirror, { [Symbol.asyncDispose]: () => mirror.stop() })
}

const seed = (store: Store) =>
  store.write(async (tx) => {
    await seedRepository(tx, { id: repositoryId, fullName: 'acme/site', readers: [] })
    await seedContents(tx, { repositoryId, fullName: 'acme/site' })
  })

async function textOf(store: Store): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of readJobLog(store.read, jobId)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function* inPieces(whole: string, size: number) {
  const bytes = Buffer.from(whole)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

describe.each(dialects)('the log of a job on %s', (dialect) => {
  it('is fetched where GitHub leads to, without the credentials, and kept whole', async () => {
    await using store = await openTempStore(dialect)
    await using mirror = await openMirror(store)
    const lines = 30_000
    text = Array.from({ length: lines }, (_, n) => `2026-01-01T00:00:00.0000000Z line ${n} ✓\n`).join('')
    await mirror.run(downloadLogTask({ repositoryId, jobId }))
    expect(seen).toEqual([
      { place: 'api', authorization: 'token ghp_1' },
      { place: 'shelf', authorization: undefined },
    ])
    const kept = await findJobLog(store.read, { repositoryId, jobId })
    expect(kept).toMatchObject({ state: 'kept', lines, bytes: Buffer.byteLength(text), dropped_lines: 0 })
    expect(kept!.size).toBeLessThan(kept!.bytes / 5)
    expect(await textOf(store)).toBe(text)
    expect(await findJobLog(store.read, { repositoryId: 2, jobId })).toBeUndefined()

    await mirror.run(downloadLogTask({ repositoryId, jobId }))
    expect(seen.length).toBe(2)
  })

  it('that GitHub has no more is not asked for again', async () => {
    await using store = await openTempStore(dialect)
    await using mirror = await openMirror(store)
    answer = 410
    await mirror.run(downloadLogTask({ repositoryId, jobId }))
    expect(await findJobLog(store.read, { repositoryId, jobId })).toMatchObject({ state: 'gone', lines: 0 })
    await mirror.run(downloadLogTask({ repositoryId, jobId }))
    expect(seen.length).toBe(1)
  })

  it('goes when it is old, when GitHub deletes it, and when those of its repository are too many', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const packed = await packLog(inPieces('a\nb\n', 1))
    const keep = (job_id: number, now: number, most?: number) =>
      store.write((tx) => saveJobLog(tx, packed, { ...of, job_id, now, ...(most !== undefined && { most }) }))
    const ids = async () =>
      (await store.read.selectFrom('job_logs').select('job_id').orderBy('job_id').execute()).map(
        ({ job_id }) => job_id,
      )
    for (const id of [1, 2, 3]) await keep(id, id)
    await keep(4, 4, packed.size * 2)
    expect(await ids()).toEqual([3, 4])
    expect(await store.write((tx) => dropOldLogs(tx, { before: 4, limit: 10 }))).toBe(1)
    expect(await ids()).toEqual([4])
    await store.write((tx) => dropRunLogs(tx, { repositoryId: 2, runId: of.run_id }))
    expect(await ids()).toEqual([4])
    await store.write((tx) => dropRunLogs(tx, { repositoryId, runId: of.run_id }))
    expect(await ids()).toEqual([])
    expect(await store.read.selectFrom('job_log_chunks').selectAll().execute()).toEqual([])
  })
})

describe('a packed log', () => {
  it('is bounded: of a long one the end is kept, with the number of lines before it', async () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `${String(index).padEnd(1023)}\n`)
    const packed = await packLog(inPieces(lines.join(''), 100_000), { mostBytes: 1_000_000 })
    expect(packed.bytes).toBeLessThanOrEqual(1_000_000)
    expect(packed.lines + packed.dropped_lines).toBe(2_000)
    const pieces = await Promise.all(packed.chunks.map(unpackChunk))
    expect(Buffer.concat(pieces).toString()).toBe(lines.slice(packed.dropped_lines).join(''))
  })

  it('bears a line without an end', async () => {
    const packed = await packLog(inPieces('x'.repeat(2_000_000), 65_536))
    expect(packed).toMatchObject({ bytes: 2_000_000, dropped_lines: 0 })
  })
})
