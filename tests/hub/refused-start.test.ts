import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkRuntime, warnOfRuntime } from '../../src/runtime.ts'
import { openKeys } from '../../src/store/open-keys.ts'
import { openStore } from '../../src/store/open-store.ts'
import { saveOauthApp } from '../../src/store/settings.ts'
import { cldcde } from '../support/command-line.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { askedForPassword, postgresUrl } from '../support/postgres-server.ts'
import { tempDatabase } from '../support/temp-store.ts'

// Each test starts several processes, and machines differ.
vi.setConfig({ testTimeout: 180_000 })

const folder = mkdtempSync(join(tmpdir(), 'cldcde-refused-'))
const dataDir = join(folder, 'data')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
})

/** A start that must end with 1 and one sentence on standard error, without a stack trace. */
async function refused(env: Record<string, string>, options?: { plainUser: boolean }): Promise<string> {
  const { code, err, out } = await cldcde(['start'], { CLDCDE_DATA_DIR: dataDir, PORT: '0', ...env }, options)
  expect(err).not.toMatch(/^ +at /m)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
  expect(err).toMatch(/^cldcde: /)
  expect(out).not.toContain('ready')
  expect(code).toBe(1)
  return err
}

async function listening(server: Server): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

describe('a start is refused in one sentence', () => {
  it('for a setting that makes no sense, before anything is made', async () => {
    expect(await refused({ GITHUB_WEBHOOK_SECRET: 'x' })).toContain('GITHUB_WEBHOOK_SECRET is too short')
    expect(await refused({ CLDCDE_MASTER_KEY: 'changeme' })).toContain(
      'CLDCDE_MASTER_KEY is not 32 random bytes',
    )
    expect(await refused({ CLDCDE_MASTER_KEY_FILE: join(folder, 'none') })).toContain(
      'key file cannot be read',
    )
    expect(existsSync(dataDir)).toBe(false)
  })

  it('for an address that is not of this machine', async () => {
    for (const HOST of ['192.0.2.1', 'hub.invalid']) {
      expect(await refused({ HOST })).toContain(`Setting HOST: ${HOST} is no address of this machine`)
    }
  })

  it('for a port that is taken, and for the port of the figures, before anything is made', async () => {
    await using other = await listening(createTcpServer())
    const taken = `Port ${other.port} of 127.0.0.1 is taken by another program. Choose another:`
    expect(await refused({ PORT: String(other.port) })).toContain(`${taken} PORT=`)
    expect(await refused({ METRICS_PORT: String(other.port) })).toContain(`${taken} METRICS_PORT=`)
    expect(existsSync(dataDir)).toBe(false)
  })

  it('for a data folder that is a file, or below one', async () => {
    writeFileSync(dataDir, 'a file')
    expect(await refused({})).toContain(`CLDCDE_DATA_DIR is ${dataDir}, which is not a folder`)
    const below = join(dataDir, 'below')
    expect(await refused({ CLDCDE_DATA_DIR: below })).toContain(`CLDCDE_DATA_DIR is ${below}`)
  })

  it('for a data folder that cannot be written, or not even be made', async () => {
    mkdirSync(dataDir)
    chmodSync(dataDir, 0o500)
    const sentence = `CLDCDE_DATA_DIR is ${dataDir}, where this user may not write (EACCES)`
    expect(await refused({}, { plainUser: true })).toContain(sentence)
    const below = join(dataDir, 'a', 'b')
    expect(await refused({ CLDCDE_DATA_DIR: below }, { plainUser: true })).toContain('may not write (EACCES)')
    if (process.platform === 'linux') {
      expect(await refused({ CLDCDE_DATA_DIR: '/proc/cldcde' })).toContain('/proc/cldcde')
    }
  })

  it('for a database that is junk, is a folder, or may not be written', async () => {
    mkdirSync(dataDir)
    const file = join(dataDir, 'cldcde.db')
    writeFileSync(file, randomBytes(8192))
    expect(await refused({})).toContain('cldcde.db there is not a database of SQLite')
    rmSync(file)
    mkdirSync(file)
    expect(await refused({})).toContain(`${file} is not a file`)
  })

  it('for a database with broken pages', async () => {
    expect((await cldcde(['migrate'], { CLDCDE_DATA_DIR: dataDir })).code).toBe(0)
    const file = join(dataDir, 'cldcde.db')
    const pages = statSync(file).size / 4096
    const handle = openSync(file, 'r+')
    for (let page = 1; page < pages; page++) writeSync(handle, randomBytes(4096), 0, 4096, page * 4096)
    closeSync(handle)
    expect(await refused({})).toMatch(
      /CLDCDE_DATA_DIR is .* the database there is damaged .*Restore a backup/,
    )
  })

  it('for a schema of a newer version', async () => {
    expect((await cldcde(['migrate'], { CLDCDE_DATA_DIR: dataDir })).code).toBe(0)
    const store = await openStore({ dataDir })
    await store.write((tx) =>
      tx
        .insertInto('migrations' as never)
        .values({ id: 9999, name: 'later', applied_at: 1 } as never)
        .execute(),
    )
    await store.close()
    expect(await refused({})).toContain('The database has schema 9999')
  })

  it('for a key that does not fit what is sealed, that is gone, or that others may read', async () => {
    const store = await openStore({ dataDir })
    const { sealer } = await openKeys(store, { masterKey: null, masterKeyFile: null, dataDir })
    await store.write((tx) => saveOauthApp(tx, sealer, { clientId: 'a', clientSecret: 'b', now: 1 }))
    await store.close()
    const other = randomBytes(32).toString('base64')
    expect(await refused({ CLDCDE_MASTER_KEY: other })).toContain('Stored secrets are sealed with master key')
    const key = join(dataDir, 'master.key')
    renameSync(key, `${key}.away`)
    expect(await refused({})).toContain('There are sealed secrets but no master key')
    expect(readdirSync(dataDir)).not.toContain('master.key')
    renameSync(`${key}.away`, key)
    chmodSync(key, 0o644)
    expect(await refused({})).toContain(`Run: chmod 600 ${key}`)
  })

  it('for a Postgres that is not there, does not answer, or is none', async () => {
    const at = (port: number) => ({ DATABASE_URL: `postgres://me:hush@127.0.0.1:${port}/hub` })
    expect(await refused(at(1))).toBe(
      'cldcde: Setting DATABASE_URL: Postgres at 127.0.0.1:1 cannot be reached (ECONNREFUSED). Is it running, and is the address right?\n',
    )
    expect(await refused({ DATABASE_URL: 'postgres://me@nowhere.invalid/hub' })).toContain(
      'cannot be reached',
    )
    await using silent = await listening(createTcpServer((socket) => socket.on('error', () => {})))
    expect(await refused(at(silent.port))).toMatch(/Postgres at .* cannot be reached \(.*timeout.*\)/)
    await using closing = await listening(
      createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )
    expect(await refused(at(closing.port))).toContain('Setting DATABASE_URL: Postgres at')
    expect(await refused({ DATABASE_URL: 'mysql://me:hush@127.0.0.1/hub' })).toContain('not mysql://…')
  })

  it('for a Postgres that refuses the password, or has no such database, or lets this user make no tables', async () => {
    const { databaseUrl, remove } = await tempDatabase()
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query(`create role ${askedForPassword} login password 'right'`)
    try {
      const as = (password: string) => databaseUrl.replace('postgres@', `${askedForPassword}:${password}@`)
      const wrong = await refused({ DATABASE_URL: as('wrong') })
      expect(wrong).toContain(`refuses the user "${askedForPassword}" or its password`)
      expect(wrong).not.toContain('wrong')
      expect(await refused({ DATABASE_URL: as('right') })).toContain('may not make tables')
      expect(await refused({ DATABASE_URL: await postgresUrl('not_there') })).toContain(
        'has no database "not_there"',
      )
    } finally {
      await client.query(`drop role ${askedForPassword}`)
      await client.end()
      await remove()
    }
  })

  it('for a runtime that could lose data', () => {
    expect(() => checkRuntime({ node: '25.9.0', sqlite: '3.53.0' })).toThrow(/Node 26 or newer/)
    expect(() => checkRuntime({ node: '26.0.0', sqlite: '3.51.2' })).toThrow(/SQLite 3.51.3 or newer/)
    expect(() => checkRuntime({ node: '26.0.0', sqlite: '3.51.3' })).not.toThrow()
    expect(() => checkRuntime({ node: '27.1.0', sqlite: '4.0.0' })).not.toThrow()
  })

  it('and wrong use is told from failure', async () => {
    const env = { CLDCDE_DATA_DIR: dataDir, PORT: '0' }
    expect((await cldcde(['strat'], env)).code).toBe(2)
    expect((await cldcde(['start', '--prot', '1'], env)).code).toBe(2)
    expect((await cldcde(['token', 'create', '--login', 'x', '--scope', 'everything'], env)).code).toBe(2)
    const days = ['token', 'create', '--login', 'x', '--scope', 'read', '--days', '1e2']
    expect((await cldcde(days, env)).code).toBe(2)
    expect((await cldcde(['start', '--port', '1e3'], env)).err).toContain('Setting PORT is a port number')
    const help = await cldcde(['--help'], env)
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('cldcde token create')])
  })
})

describe('a start that can be says', () => {
  it('that GitHub cannot be reached', async () => {
    await using hub = await startHubProcess({ env: { GITHUB_API_URL: 'http://127.0.0.1:1' } })
    await hub.said(/GitHub at http:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/)
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
  })

  it('that GitHub does not know the token', async () => {
    const github = createServer((_, response) =>
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Bad credentials"}'),
    )
    await using there = await listening(github)
    const address = `http://127.0.0.1:${there.port}`
    await using hub = await startHubProcess({
      env: { GITHUB_URL: address, GITHUB_API_URL: address, GITHUB_TOKEN: 'ghp_unknown', LOG_LEVEL: 'silent' },
    })
    await hub.said(/GitHub does not know GITHUB_TOKEN/)
    expect(hub.output()).not.toContain('cannot be reached')
    github.closeAllConnections()
  })

  it('that a runtime lacks security fixes, when others can reach the hub, and only then', async () => {
    expect(warnOfRuntime('26.12.0')).toContain('lacks the security fixes of 26.12.1')
    expect(warnOfRuntime('26.12.1')).toBeNull()
    expect(warnOfRuntime('27.0.0')).toBeNull()
    const warning = warnOfRuntime()
    for (const HOST of ['127.0.0.1', '0.0.0.0']) {
      await using hub = await startHubProcess({ env: { HOST } })
      const warned = hub.output().includes('lacks the security fixes')
      expect([HOST, warned]).toEqual([HOST, warning !== null && HOST === '0.0.0.0'])
    }
  })
})
