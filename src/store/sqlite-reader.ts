/** The thread of one reader: answers queries on its own read-only connection, one at a time. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { createStatements } from './sqlite-statements.ts'

const { path } = workerData as { path: string }
const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
database.exec('pragma cache_size = -16000; pragma mmap_size = 268435456; pragma temp_store = memory')
const run = createStatements(database)
parentPort?.postMessage('ready')

parentPort?.on('message', (message: { sql: string; parameters: unknown[] } | 'close') => {
  if (message === 'close') {
    database.close()
    parentPort?.close()
    return
  }
  try {
    parentPort?.postMessage({ result: run(message.sql, message.parameters) })
  } catch (error) {
    // An error loses its own fields on the way between threads; these are what callers look at.
    const { message: text, code, errcode } = error as Error & { code?: string; errcode?: number }
    parentPort?.postMessage({ error: { message: text, code, errcode } })
  }
})
