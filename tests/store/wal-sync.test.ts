import { closeSync, fstatSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
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

it('says that the disk refuses, whether it is opened, waited for or asked elsewhere', async () => {
  const { dataDir, remove } = await tempFolder()
  const refused = expect.objectContaining({ code: 'unavailable' })
  const none = createWalSync(join(dataDir, 'none.db'))
  expect(() => none.flush()).toThrow(refused)
  await none.close()

  // A device takes no fdatasync.
  symlinkSync('/dev/null', join(dataDir, 'device.db-wal'))
  const device = createWalSync(join(dataDir, 'device.db'))
  await expect(device.flush()).rejects.toThrow(refused)
  await device.close()

  const file = join(dataDir, 'lost.db-wal')
  writeFileSync(file, 'frames')
  const lost = createWalSync(join(dataDir, 'lost.db'), { clock: () => 0 })
  for (let quick = 0; quick < 50; quick++) await lost.flush()
  closeSync(openedAs(file))
  expect(() => lost.flush()).toThrow(refused)
  await expect(lost.close()).rejects.toThrow('EBADF')
  await remove()
})

/** The number under which this process holds a file. */
function openedAs(file: string): number {
  const wanted = statSync(file)
  for (let fd = 3; fd < 1_000; fd++) {
    try {
      const { dev, ino } = fstatSync(fd)
      if (dev === wanted.dev && ino === wanted.ino) return fd
    } catch {
      // Not a file that is open.
    }
  }
  throw new Error(`nobody holds ${file}`)
}
