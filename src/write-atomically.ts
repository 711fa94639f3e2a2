import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a small file so that whoever reads it finds the whole text or what stood there before, whenever the process
 * or the machine dies. Readable by its owner only.
 */
export function writeAtomically(file: string, text: string): void {
  const aside = `${file}.new`
  rmSync(aside, { force: true }) // left by a kill, perhaps with another mode
  writeFileSync(aside, text, { mode: 0o600, flag: 'wx', flush: true })
  renameSync(aside, file)
  syncFolder(dirname(file))
}

/** The new name is on disk once its folder is. Not every system lets a folder be opened; none that does may be skipped. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
