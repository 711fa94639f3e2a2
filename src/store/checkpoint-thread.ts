/** The thread that copies committed pages from the write-ahead log into the database when it is asked to. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

const { path } = workerData as { path: string }
const database = new DatabaseSync(path)
const checkpoint = database.prepare('pragma wal_checkpoint(passive)')

parentPort?.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'close') {
    database.close()
    parentPort?.close()
    return
  }
  checkpoint.get()
  parentPort?.postMessage('done')
})
