import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cldcde } from '../support/command-line.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'

describe('a hub that nobody owns', () => {
  let hub: HubProcess
  beforeAll(async () => {
    hub = await startHubProcess({ env: { METRICS_TOKEN: 'metrics-of-tests' } })
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
      headers: { authorization: 'Bearer metrics-of-tests' },
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
