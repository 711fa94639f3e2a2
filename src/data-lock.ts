import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { coded, messageOf } from './errors.ts'

/**
 * An empty database whose lock stands for the data folder. Node offers no file locks, SQLite does: the system takes
 * them back when the process that holds one dies, however it dies. It must be opened through SQLite alone: closing
 * any other handle of the file would end the lock of the whole process. https://www.sqlite.org/lockingv3.html
 */
const fileIn = (dataDir: string) => join(dataDir, 'hub.lock')

/** A hub that is about to end gets so long to do it. */
const patienceMs = 2_000

/** SQLITE_BUSY: https://www.sqlite.org/rescode.html#busy */
const busy = 5

/**
 * Holds a data folder, which is made when there is none, for this process alone; returns how to let it go. Undefined
 * when another process, or another part of this one, holds it. Throws `config_invalid` when nobody could.
 */
export function holdDataFolder(dataDir: string): (() => void) | undefined {
  let database: DatabaseSync
  try {
    makeFolder(dataDir)
    database = new DatabaseSync(fileIn(dataDir), { timeout: patienceMs })
  } catch (cause) {
    throw unusable(dataDir, cause)
  }
  try {
    chmodSync(fileIn(dataDir), 0o600)
    database.exec('begin exclusive')
  } catch (cause) {
    database.close()
    if (isBusy(cause)) return undefined
    throw unusable(dataDir, cause)
  }
  return () => database.close()
}

/** Whether a process holds the data folder at this moment. Only looks. */
export function isDataFolderHeld(dataDir: string): boolean {
  const file = fileIn(dataDir)
  if (!existsSync(file)) return false
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { readOnly: true })
    database.prepare('select 1 from sqlite_schema').all()
    return false
  } catch (error) {
    return isBusy(error)
  } finally {
    database?.close()
  }
}

/** One level after the other: Node's own recursion never ends where the system says that nothing is there, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === busy
}

function unusable(dataDir: string, cause: unknown): Error {
  return coded(
    'config_invalid',
    `The data folder ${dataDir} cannot be used (${messageOf(cause)}). Choose another: CLDCDE_DATA_DIR.`,
    { cause },
  )
}
