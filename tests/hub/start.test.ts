import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { checkRuntime, warnOfRuntime } from '../../src/runtime.ts'
import { cldcde } from '../support/command-line.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'

describe('a hub that nobody owns', () => {
  let hub: HubProcess
  beforeAll(async () => {
    hub = await startHubProcess({ env: { METRICS_TOKEN: 'metrics of tests' } })
  })
  afterAll(() => hub[Symbol.asyncDispose]())

  it('says where it is and how to set it up', async () => {
    expect(hub.setupUrl).toMatch(new RegExp(`^${hub.url}/setup\\?token=[\\w-]{43}$`))
    const setup = await (await fetch(`${hub.url}/api/v1/setup`)).json()
    expect(setup).toMatchObject({ owned: false, sign_in: 'none', public_url: hub.url })
  })

  it('is alive, ready, and measured', async () => {
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
    expect((await fetch(`${hub.url}/metrics`)).status).toBe(401)
    const metrics = await fetch(`${hub.url}/metrics`, {
      headers: { authorization: 'Bearer metrics of tests' },
    })
    const text = await metrics.text()
    expect(text).toMatch(/cldcde_http_requests_total\{method="GET",route="\/healthz",status="200"\} [1-9]/)
    expect(text).toMatch(/cldcde_sqlite_bytes\{file="database"\} [1-9]/)
    expect(text).toMatch(/cldcde_queue_tasks\{state="ready"\} \d/)
  })

  it('keeps its key to itself', () => {
    const key = join(hub.dataDir, 'master.key')
    expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(statSync(hub.dataDir).mode & 0o077).toBe(0)
  })

  it('is examined by the doctor while it runs', async () => {
    const { code, out } = await cldcde(['doctor', '--json'], { CLDCDE_DATA_DIR: hub.dataDir })
    expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ what: 'database', ok: true }))
    expect(JSON.parse(out)).toContainEqual({ what: 'hub', ok: true, says: expect.stringContaining(hub.url) })
    expect(code).toBe(0)
  })

  it('becomes the demo by the button of the set-up page, at the same address', async () => {
    const token = new URL(hub.setupUrl!).searchParams.get('token')
    const post = (setup_token: string | null) =>
      fetch(`${hub.url}/setup/demo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: hub.url },
        body: JSON.stringify({ setup_token }),
      })
    expect((await post('not the token')).status).toBe(403)
    const restarted = new Promise<void>((done) => {
      hub.child.stdout!.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('local GitHub with sample data')) done()
      })
    })
    expect((await post(token)).status).toBe(202)
    await restarted
    const setup = await (await fetch(`${hub.url}/api/v1/setup`)).json()
    expect(setup).toMatchObject({ sign_in: 'oauth', demo: { running: true } })
    expect(existsSync(join(hub.dataDir, 'demo', 'cldcde.db'))).toBe(true)
  })

  it('stops in order when asked to', async () => {
    expect(await hub.stop('SIGTERM')).toBe(0)
    expect(existsSync(join(hub.dataDir, 'hub.json'))).toBe(false)
    expect(existsSync(join(hub.dataDir, 'demo', 'hub.json'))).toBe(false)
  })
})

describe('a start that cannot be', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-start-'))
  const env = { CLDCDE_DATA_DIR: dataDir, PORT: '0' }
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

  it.each([
    [{ PORT: 'eighty' }, 'Setting PORT is a port number'],
    [{ CLDCDE_PUBLIC_URL: 'ftp://hub' }, 'Setting CLDCDE_PUBLIC_URL is an http or https address'],
    [{ GITHUB_CLIENT_ID: 'only' }, 'belong together'],
    [{ GITHUB_TOKEN_FILE: '/nowhere/token' }, 'Setting GITHUB_TOKEN_FILE names a file that cannot be read'],
    [{ GITHUB_TOKEN: 'a', GITHUB_TOKEN_FILE: '/nowhere' }, 'is set twice'],
    [{ LOG_LEVEL: 'loud' }, 'Setting LOG_LEVEL is one of'],
  ])('names the setting that is wrong: %o', (settings, says) => {
    expect(() => readConfig(settings, tmpdir())).toThrow(says)
  })

  it.each([
    [{ PORT: 'eighty' }, 'Setting PORT'],
    [{ CLDCDE_MASTER_KEY: 'changeme' }, 'is not 32 random bytes'],
  ])('ends with 1 and a sentence: %o', async (settings, says) => {
    const { code, err } = await cldcde(['start'], { ...env, ...settings })
    expect(err).toContain(says)
    expect(err).not.toContain('    at ')
    expect(code).toBe(1)
  })

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const { code, err } = await cldcde(['start', '--port', String(port)], env)
    other.close()
    expect(err).toContain(`Port ${port} of 127.0.0.1 is taken`)
    expect(code).toBe(1)
  })

  it('tells wrong use from failure', async () => {
    expect((await cldcde(['strat'], env)).code).toBe(2)
    expect((await cldcde(['start', '--prot', '1'], env)).code).toBe(2)
    expect((await cldcde(['token', 'create', '--login', 'x', '--scope', 'everything'], env)).code).toBe(2)
    const help = await cldcde(['--help'], env)
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('cldcde token create')])
  })

  it('refuses runtimes that could lose data', () => {
    expect(() => checkRuntime({ node: '25.9.0', sqlite: '3.53.0' })).toThrow(/Node 26 or newer/)
    expect(() => checkRuntime({ node: '26.0.0', sqlite: '3.51.2' })).toThrow(/SQLite 3.51.3 or newer/)
    expect(() => checkRuntime({ node: '26.0.0', sqlite: '3.51.3' })).not.toThrow()
    expect(() => checkRuntime({ node: '27.1.0', sqlite: '4.0.0' })).not.toThrow()
  })

  it('says at start that a hub in reach of others lacks security fixes, and only then', async () => {
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

  it('reads .env and lets the environment win', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cldcde-env-'))
    writeFileSync(join(folder, '.env'), 'PORT=nonsense\nLOG_LEVEL=loud\n')
    expect(() => readConfig({}, folder)).toThrow(/Setting LOG_LEVEL/)
    expect(readConfig({ PORT: '8080', LOG_LEVEL: 'error' }, folder)).toMatchObject({
      port: 8080,
      logLevel: 'error',
    })
    rmSync(folder, { recursive: true })
  })

  it('refuses a key file that others may read', async () => {
    const made = await cldcde(['migrate', '--json'], env)
    expect(JSON.parse(made.out)).toMatchObject({ migrated: true, database: 'sqlite' })
    const key = join(dataDir, 'master.key')
    writeFileSync(key, Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'))
    chmodSync(key, 0o644)
    const { code, err } = await cldcde(['start'], env)
    expect(err).toContain('chmod 600')
    expect(code).toBe(1)
  })
})
