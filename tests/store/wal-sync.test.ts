import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createWalSync } from '../../src/store/wal-sync.ts'
import { tempFolder } from '../support/temp-store.ts'

it('waits for a disk that has been quick, and lets one that is slow take its time', async () => {
  const { dataDir, remove } = await tempFolder()
  const path = join(dataDir, 'any.db')
  writeFileSync(`${path}-wal`, 'frames')
  let now = 0
  /** What each look at the clock adds: how long the disk seems to take. */
  let ms = 0.1
  const log = createWalSync(path, {
    clock() {
      now += ms
      return now
    },
  })
  const flush = async () => {
    const flushing = log.flush()
    await flushing
    return flushing === undefined ? 'here' : 'elsewhere'
  }

  expect(await flush()).toBe('elsewhere') // nothing is known of it
  for (let quick = 0; quick < 50; quick++) await flush()
  expect(await flush()).toBe('here')
  ms = 30
  expect(await flush()).toBe('here')
  for (let slow = 0; slow < 50; slow++) expect(await flush()).toBe('elsewhere')
  await log.close()
  await remove()
})

it('says that the disk refuses, in whichever way it is asked', async () => {
  const { dataDir, remove } = await tempFolder()
  const log = createWalSync(join(dataDir, 'none.db'))
  expect(() => log.flush()).toThrow(expect.objectContaining({ code: 'unavailable' }))
  await log.close()
  await remove()
})
