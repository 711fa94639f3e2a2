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
