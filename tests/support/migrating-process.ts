/** A process that migrates a database and kills itself, as the power cord would, before its n-th statement. */
import { join } from 'node:path'
import { databaseFile } from '../../src/store/open-store.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { sampleMigrations } from './migrations.ts'

const { dataDir, databaseUrl, dieBefore } = JSON.parse(process.argv[2] ?? '') as {
  dataDir: string
  databaseUrl?: string
  dieBefore: number
}

let statements = 0
const options = {
  migrations: sampleMigrations,
  onQuery: () => {
    if (++statements === dieBefore) process.kill(process.pid, 'SIGKILL')
  },
}
const store = await (databaseUrl
  ? openPostgres({ ...options, url: databaseUrl })
  : openSqlite({ ...options, path: join(dataDir, databaseFile), readers: 1, onFatal: () => {} }))
await store.close()
