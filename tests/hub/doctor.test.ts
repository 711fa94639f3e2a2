import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { openKeys } from '../../src/store/open-keys.ts'
import { openStore } from '../../src/store/open-store.ts'
import { saveOauthApp } from '../../src/store/settings.ts'
import { cldcde } from '../support/command-line.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { tempDatabase } from '../support/temp-store.ts'

// Each test starts several processes, and machines differ.
vi.setConfig({ testTimeout: 180_000 })

const folder = mkdtempSync(join(tmpdir(), 'cldcde-doctor-'))
const dataDir = join(folder, 'data')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(dataDir, { recursive: true })
})

interface Finding {
  what: string
  ok: boolean
  says: string
}

/**
 * What the doctor finds. It must leave every file as it was, and exit with 1 when something is wrong. A hub that runs
 * meanwhile goes on writing to its log.
 */
async function examine(
  env: Record<string, string> = {},
  options: { plainUser?: boolean; besideHub?: boolean } = {},
): Promise<Record<string, Finding>> {
  const { plainUser = false, besideHub = false } = options
  const others = () => contents().filter((file) => !besideHub || !file.includes('.db-wal '))
  const before = others()
  const { code, out } = await cldcde(
    ['doctor', '--json'],
    { CLDCDE_DATA_DIR: dataDir, PORT: '0', ...env },
    { plainUser },
  )
  expect(others()).toEqual(before)
  const findings = JSON.parse(out) as Finding[]
  expect(code).toBe(findings.every(({ ok }) => ok) ? 0 : 1)
  return Object.fromEntries(findings.map((finding) => [finding.what, finding]))
}

/** Every file with a hash of what is in it; the index of a log is no more than a way into it. */
function contents(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => `${path} ${path.endsWith('-shm') ? '' : hashOf(path)}`)
    .sort()
}

function hashOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch {
    return 'folder'
  }
}

const migrated = () => cldcde(['migrate'], { CLDCDE_DATA_DIR: dataDir })

it('finds an empty folder, and one that is not there yet, ready for a first start', async () => {
  for (const dir of [dataDir, join(folder, 'none', 'yet')]) {
    const found = await examine({ CLDCDE_DATA_DIR: dir })
    expect(Object.values(found).filter(({ ok }) => !ok)).toEqual([])
    expect(found.database?.says).toContain('the first start makes it')
    expect(found['master key']?.says).toBe('none yet; the first start makes it')
  }
})

it('sees that a folder cannot be written', async () => {
  chmodSync(dataDir, 0o500)
  const found = await examine({}, { plainUser: true })
  expect(found['data folder']).toMatchObject({ ok: false, says: expect.stringContaining('may not write') })
})

it('does not migrate: it says what the next start will do', async () => {
  await migrated()
  expect((await examine()).database).toMatchObject({ ok: true, says: 'sqlite, up to date' })
  const database = new DatabaseSync(join(dataDir, 'cldcde.db'))
  database.exec('delete from migrations where id = (select max(id) from migrations)')
  database.close()
  expect((await examine()).database?.says).toBe('sqlite, the next start runs 1 migration')
})

it('reads what a killed hub has left in its log, and what a running one is writing', async () => {
  await using hub = await startHubProcess({ dataDir })
  expect(await examine({}, { besideHub: true })).toMatchObject({
    hub: { ok: true, says: expect.stringContaining(hub.url) },
    database: { ok: true },
    ports: { ok: true },
  })
  await hub.stop('SIGKILL')
  expect(existsSync(join(dataDir, 'cldcde.db-wal'))).toBe(true)
  expect(await examine()).toMatchObject({
    hub: { says: 'does not run' },
    database: { ok: true, says: 'sqlite, up to date' },
  })
})

it('sees broken pages anywhere in the database, and what is no database', async () => {
  await migrated()
  const file = join(dataDir, 'cldcde.db')
  const whole = readFileSync(file)
  const pages = whole.length / 4096
  for (const page of [3, Math.floor(pages / 2), pages - 2]) {
    const broken = Buffer.from(whole)
    broken.set(randomBytes(4096), page * 4096)
    writeFileSync(file, broken)
    const { database } = await examine()
    expect(database, `page ${page} of ${pages}`).toMatchObject({
      ok: false,
      says: expect.stringContaining('damaged'),
    })
  }
  writeFileSync(file, randomBytes(9000))
  expect((await examine()).database).toMatchObject({
    ok: false,
    says: expect.stringContaining('not a database'),
  })
})

it('sees a key that is gone or does not fit', async () => {
  const store = await openStore({ dataDir })
  const { sealer } = await openKeys(store, { masterKey: null, masterKeyFile: null, dataDir })
  await store.write((tx) => saveOauthApp(tx, sealer, { clientId: 'a', clientSecret: 'b', now: 1 }))
  await store.close()
  expect((await examine())['master key']).toMatchObject({ ok: true, says: 'fits what is sealed' })
  const other = await examine({ CLDCDE_MASTER_KEY: randomBytes(32).toString('base64') })
  expect(other['master key']).toMatchObject({
    ok: false,
    says: expect.stringContaining('sealed with master key'),
  })
  rmSync(join(dataDir, 'master.key'))
  const gone = await examine()
  expect(gone['master key']).toMatchObject({ ok: false, says: expect.stringContaining('no master key') })
})

it('sees a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const found = await Promise.all([examine({ PORT: String(port) }), examine({ METRICS_PORT: String(port) })])
  for (const { ports } of found)
    expect(ports).toMatchObject({ ok: false, says: expect.stringContaining('is taken') })
  other.close()
})

it('only looks at a Postgres, too', async () => {
  const { databaseUrl, remove } = await tempDatabase()
  const found = await examine({ DATABASE_URL: databaseUrl })
  expect(found.database?.says).toMatch(/^postgres, the next start runs \d+ migrations$/)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query("select 1 from pg_tables where schemaname = 'public'")
  await client.end()
  expect(rows).toEqual([])
  const away = await examine({ DATABASE_URL: 'postgres://me@127.0.0.1:1/hub' })
  expect(away.database).toMatchObject({ ok: false, says: expect.stringContaining('cannot be reached') })
  await remove()
})
