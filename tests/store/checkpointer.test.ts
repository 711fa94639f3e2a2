import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { createCheckpointer } from '../../src/store/checkpointer.ts'
import { tempFolder } from '../support/temp-store.ts'

it('copies a long log in a thread, which ends once there is nothing to do and comes back when there is', async () => {
  const { dataDir, remove } = await tempFolder()
  const path = join(dataDir, 'any.db')
  const database = new DatabaseSync(path)
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; create table pages (page blob)')
  const checkpointer = createCheckpointer({ database, path, restMs: 1 })
  const progress = () => database.prepare('pragma wal_checkpoint(noop)').get() as Record<string, number>
  for (let storm = 0; storm < 2; storm++) {
    database.exec('insert into pages select zeroblob(40000000)')
    await expect
      .poll(() => {
        checkpointer.look()
        return checkpointer.hasThread()
      })
      .toBe(true)
    await expect.poll(checkpointer.hasThread, { timeout: 20_000 }).toBe(false)
    expect(progress().checkpointed).toBe(progress().log)
  }
  await checkpointer.close()
  database.close()
  await remove()
})
