import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import { stopServer } from './postgres-server.ts'
import { findUnseenIssuers } from './query-issuers.ts'
import { nameRunFolder } from './run-folder.ts'

/**
 * Vitest calls this once per run: the tests share one Postgres, which ends with the run. After a run of everything
 * it fails when a function of the store never showed the plan of a statement.
 */
export default function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cldcde-run-'))
  chmodSync(folder, 0o755) // Postgres runs as a user of its own
  nameRunFolder(folder)
  return async () => {
    await stopServer(join(folder, 'postgres'))
    const unseen = (await ranEverything(project))
      ? findUnseenIssuers(folder, resolve(import.meta.dirname, '../..'))
      : []
    rmSync(folder, { recursive: true, force: true })
    if (unseen.length > 0) {
      throw new Error(
        `No test with a temporary SQLite store calls these, so their query plans are unknown:\n  ${unseen.join('\n  ')}`,
      )
    }
  }
}

/** Whether this was a run of all test files and all of their tests, and all passed. */
async function ranEverything(project: TestProject): Promise<boolean> {
  const { config, state } = project.vitest
  if (config.testNamePattern || state.getCountOfFailedTests() > 0) return false
  const ran = new Set(state.getFilepaths())
  const { testFiles } = await project.globTestFiles()
  return testFiles.every((file) => ran.has(file))
}
