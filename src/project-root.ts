import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of the project or of its package: what is not code (the built page, examples, seeds) is found from here. */
export const projectRoot = folderWith('package.json', import.meta.dirname)

/** This file may run from `src` or bundled from `dist/server`. */
function folderWith(file: string, folder: string): string {
  return existsSync(join(folder, file)) || dirname(folder) === folder
    ? folder
    : folderWith(file, dirname(folder))
}
