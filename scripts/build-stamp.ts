import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** What something was built from: a hash of the content of files and folders of the project. */
export function stampOf(sources: readonly string[], hash = createHash('sha256')): string {
  for (const source of sources) {
    const path = join(root, source)
    if (statSync(path).isDirectory()) {
      const names = readdirSync(path).sort()
      hash.update(stampOf(names.map((name) => join(source, name))))
    } else hash.update(source).update(readFileSync(path))
  }
  return hash.digest('hex')
}

/** Whether a folder was built from what the stamp says. */
export function isBuiltFrom(folder: string, stamp: string): boolean {
  try {
    return readFileSync(join(folder, '.stamp'), 'utf8') === stamp
  } catch {
    return false
  }
}

export function writeStamp(folder: string, stamp: string): void {
  writeFileSync(join(folder, '.stamp'), stamp)
}
