import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nameServerFolder, stopServer } from './postgres-server.ts'

/** Vitest calls this once per run: the tests share one Postgres, which ends with the run. */
export default function setup(): () => Promise<void> {
  const folder = join(tmpdir(), `cldcde-pg-${randomBytes(4).toString('hex')}`)
  nameServerFolder(folder)
  return () => stopServer(folder)
}
