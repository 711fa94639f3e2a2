import { describe, expect, it } from 'vitest'
import { openStepLogWriter } from '../../src/store/logs/step-log-writer.ts'
import {
  findStepLog,
  listStepOutputs,
  readStepLog,
  type StepLogPlace,
} from '../../src/store/logs/step-logs.ts'
import { removeOld } from '../../src/store/removals.ts'
import { dialects, openTempStore, type TempStore } from '../support/temp-store.ts'

const place = { run_id: 'r', job: 'a', step: 's' }
const nothing = { annotations: [], summary: null }

async function write(store: TempStore, { resumes = false, most = 2 ** 30, of = place, now = 1_000 } = {}) {
  const grew: number[] = []
  const clock = () => now
  return {
    grew,
    log: await openStepLogWriter({ store, place: of, resumes, clock, most, onGrow: (n) => grew.push(n) }),
  }
}

async function read(store: TempStore, from = 0, of: StepLogPlace = place): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of readStepLog(store.read, of, from)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

describe.each(dialects)('the log of a command, on %s', (dialect) => {
  it('comes in pieces at the ends of lines, and is read from any byte on', async () => {
    await using store = await openTempStore(dialect)
    const { log, grew } = await write(store)
    let whole = ''
    for (let n = 0; n < 40_000; n++) {
      const line = `${n} ${'x'.repeat(n % 40)}\n`
      whole += line
      log.write(line)
      await log.room()
    }
    await log.close({ annotations: [], summary: '# Sum' })
    expect(await read(store)).toBe(whole)
    for (const from of [1, 262_144, 300_001, whole.length - 1, whole.length]) {
      expect(await read(store, from)).toBe(whole.slice(from))
    }
    expect(grew.at(-1)).toBe(whole.length)
    expect(await findStepLog(store.read, place)).toEqual({ state: 'closed', first: 0, bytes: whole.length })
    const chunks = await store.read.selectFrom('step_log_chunks').select('first').orderBy('first').execute()
    expect(chunks.length).toBeGreaterThan(2)
    for (const { first } of chunks) expect(whole[first - 1] ?? '\n').toBe('\n')
    expect(await listStepOutputs(store.read, 'r')).toMatchObject([{ summary: '# Sum', bytes: whole.length }])
  })

  it('goes on with the next attempt, and says nothing where nothing was said', async () => {
    await using store = await openTempStore(dialect)
    const first = await write(store)
    first.log.write('one\n')
    await first.log.close(nothing)
    const second = await write(store, { resumes: true })
    expect((await findStepLog(store.read, place))?.state).toBe('open')
    await second.log.close(nothing)
    const third = await write(store, { resumes: true })
    third.log.write('two\n')
    await third.log.close(nothing)
    expect(await read(store)).toBe('one\ntwo\n')
    const silent = { ...place, step: 'silent' }
    await (await write(store, { of: silent })).log.close(nothing)
    expect(await findStepLog(store.read, silent)).toEqual({ state: 'closed', first: 0, bytes: 0 })
  })

  it('loses its beginning where it is too long', async () => {
    await using store = await openTempStore(dialect)
    const { log } = await write(store, { most: 500_000 })
    const line = `${'y'.repeat(99)}\n`
    for (let n = 0; n < 12_000; n++) {
      log.write(line)
      await log.room()
    }
    await log.close(nothing)
    const kept = (await findStepLog(store.read, place))!
    expect(kept.bytes).toBe(1_200_000)
    expect(kept.first).toBeGreaterThan(500_000)
    expect(kept.first % 100).toBe(0)
    const text = await read(store, kept.first)
    expect(text.length).toBe(kept.bytes - kept.first)
    expect(text.length).toBeGreaterThanOrEqual(500_000)
    // No more than the rest of a piece.
    expect(text.length).toBeLessThan(500_000 + 262_144)
  })

  it('goes when it is old, the oldest first, and not while its command runs', async () => {
    await using store = await openTempStore(dialect)
    const of = (run_id: string) => ({ ...place, run_id })
    for (const [run_id, now] of [
      ['again', 1_000],
      ['again', 9_000],
      ['old', 2_000],
      ['older', 1_000],
      ['young', 9_000],
    ] as const) {
      const { log } = await write(store, { of: of(run_id), resumes: run_id === 'again', now })
      log.write('said\n')
      await log.close(nothing)
    }
    const { log } = await write(store, { of: of('running'), resumes: true, now: 500 })
    const remove = (limit: number) => store.write((tx) => removeOld(tx, 'job_logs', { before: 5_000, limit }))
    expect(await remove(1)).toBe(1)
    expect(await read(store, 0, of('older'))).toBe('')
    expect(await read(store, 0, of('old'))).toBe('said\n')
    expect(await remove(10)).toBe(1)
    expect(await read(store, 0, of('old'))).toBe('')
    expect(await read(store, 0, of('young'))).toBe('said\n')
    expect(await read(store, 0, of('again'))).toBe('said\nsaid\n')
    await log.close(nothing)
    expect(await remove(10)).toBe(1)
  })
})
