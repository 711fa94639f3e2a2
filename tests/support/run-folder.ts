import { dirname, join } from 'node:path'

const variable = 'CLDCDE_TEST_RUN'

/** The folder that all processes of one run of the tests share. */
export function runFolder(): string {
  const folder = process.env[variable]
  if (!folder) throw new Error('vitest.config.ts must name tests/support/global-setup.ts as a globalSetup')
  return folder
}

/** Tells every process that this one starts where the folder is. */
export function nameRunFolder(folder: string): void {
  process.env[variable] = folder
}

/** Where a picture of a failing page is kept, for somebody to look at after the run. */
export function picturePath(name: string): string {
  return join(dirname(runFolder()), `cldcde-${name}.png`)
}
