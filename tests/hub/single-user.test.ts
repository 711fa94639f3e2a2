import { execFile } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Change } from '../../contract/live.ts'
import type { Issue, Repository } from '../../contract/mirror.ts'
import type { Run } from '../../contract/workflows.ts'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { dialects, tempDatabase, tempFolder } from '../support/temp-store.ts'

const bin = resolve(import.meta.dirname, '../../bin/cldcde.js')
const secret = 'webhook secret of single-user tests'
const silent = { info() {}, warn() {} }
// A first sync is much work for a busy machine.
vi.setConfig({ testTimeout: 300_000 })
/** What takes longer will never come. */
const patienceMs = 240_000

let github: LocalGithub
let hub: HubProcess
let token: string

/** Of Postgres; nothing on SQLite, which lives in the data folder. */
let database: { DATABASE_URL: string } | undefined
const owner = () => github.people.find(({ role }) => role === 'owner')!
const settings = () => ({
  GITHUB_URL: github.url,
  GITHUB_API_URL: github.apiUrl,
  GITHUB_TOKEN: owner().token,
  GITHUB_WEBHOOK_SECRET: secret,
  ...database,
})

async function api<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`${hub.url}${path}`, {
    ...init,
    signal: AbortSignal.timeout(patienceMs),
    headers: {
      authorization: `Bearer ${token}`,
      ...(init.body ? { 'content-type': 'application/json' } : {}),
    },
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Asks until the answer fits: another process is at work, and says so only when asked. */
async function until<T>(ask: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const value = await ask()
    if (fits(value)) return value
    if (performance.now() > deadline) {
      throw new Error(`still ${JSON.stringify(value)?.slice(0, 1000)}; the hub printed:\n${hub.output()}`)
    }
    await wait(50)
  }
}

/** The hub is killed and started again on its data. */
async function restart(): Promise<void> {
  await hub.stop('SIGKILL')
  hub = await startHubProcess({ dataDir: hub.dataDir, env: settings() })
}

describe.each(dialects)('single-user mode on %s', (dialect) => {
  const removals: (() => Promise<void>)[] = []
  beforeAll(async () => {
    github = await startLocalGithub({ callbackUrls: [], log: silent })
    database = undefined
    if (dialect === 'postgres') {
      const { databaseUrl, remove } = await tempDatabase()
      database = { DATABASE_URL: databaseUrl }
      removals.push(remove)
    }
    const folder = await tempFolder()
    removals.push(folder.remove)
    hub = await startHubProcess({ dataDir: folder.dataDir, env: settings() })
  })
  afterAll(async () => {
    await hub?.stop('SIGKILL')
    await github?.close()
    for (const remove of removals) await remove()
  })

  it('needs no page: the first sync begins at once, and the command line makes a token on the running hub', async () => {
    expect(hub.setupUrl).toBeNull()
    const run = promisify(execFile)
    const args = ['token', 'create', '--login', owner().login, '--scope', 'read,write', '--json']
    const { stdout } = await until(
      () =>
        run(process.execPath, [bin, ...args], { env: { CLDCDE_DATA_DIR: hub.dataDir, ...database } }).catch(
          () => ({
            stdout: '',
          }),
        ),
      (answer) => answer.stdout !== '',
    )
    token = (JSON.parse(stdout) as { token: string }).token
    expect(token).toMatch(/^cldcde_/)

    const repositories = await until(
      () => api<Repository[]>('/api/v1/repos?limit=100'),
      (found) => found.length === 9 && found.every(({ synced_at }) => synced_at !== null),
    )
    expect(repositories.reduce((sum, { open_issues }) => sum + open_issues, 0)).toBeGreaterThan(30)
  })

  it('lets the browser in by the address it printed, once', async () => {
    const link = await until(async () => /sign-in\?link=(\S+)/.exec(hub.output())?.[1], Boolean)
    const signIn = () =>
      fetch(`${hub.url}/auth/link`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: hub.url },
        body: JSON.stringify({ token: link }),
      })
    const first = await signIn()
    expect(await first.json()).toMatchObject({ user: { login: owner().login, role: 'owner' } })
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly/)
    expect((await signIn()).status).toBe(401)
  })

  it('applies a webhook that was accepted a moment before kill -9, once', async () => {
    const [repository] = await api<Repository[]>('/api/v1/repos?limit=1')
    const ids: string[] = []
    const opened = JSON.stringify(await issuesOpened(repository!))
    const accepted = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const id = randomUUID()
        ids.push(id)
        return deliver({ id, event: 'issues', body: opened })
      }),
    )
    expect(new Set(accepted)).toEqual(new Set([202]))
    await restart()
    const deliveries = await until(
      () => api<{ id: string; state: string }[]>('/api/v1/deliveries?limit=100'),
      (found) => ids.every((id) => found.some((row) => row.id === id && row.state !== 'pending')),
    )
    const applied = deliveries.filter(({ id }) => ids.includes(id))
    expect(applied).toHaveLength(20)
    expect(new Set(applied.map(({ state }) => state))).toEqual(new Set(['applied']))
    const changes = await api<Change[]>('/api/v1/changes?limit=100')
    for (const id of ids) expect(changes.filter(({ delivery_id }) => delivery_id === id)).toHaveLength(1)
    expect(await deliver({ id: ids[0]!, event: 'issues', body: opened })).toBe(202)
    expect(await api<Issue>(`/api/v1/repos/${repository!.full_name}/issues/900001`)).toMatchObject({
      title: 'Opened just before the lights went out',
    })
    // On Postgres other machines may work: a dead process keeps its tasks for a lease of 30 seconds.
  })

  it('carries a sleeping run over kill -9', async () => {
    const source = [
      'name: Sleeper',
      'on: workflow_dispatch',
      'jobs:',
      '  sleep:',
      '    steps:',
      '      - { uses: hub/set-output, id: before, with: { word: kept } }',
      '      - { uses: hub/sleep, with: { seconds: 3 } }',
      '      - { uses: hub/set-output, with: { word: "$" } }',
    ]
      .join('\n')
      .replace('"$"', "'${{ steps.before.outputs.word }}'")
    const { id } = await api<{ id: string }>('/api/v1/workflows', {
      method: 'POST',
      body: JSON.stringify({ source }),
    })
    const run = await api<Run>(`/api/v1/workflows/${id}/runs`, { method: 'POST', body: '{}' })
    const journal = () => api<Change[]>(`/api/v1/runs/${run.id}/journal?limit=1000`)
    const asleep = (entries: Change[]) =>
      entries.some(
        ({ kind, data }) => kind === 'step.started' && (data as { wake_at: string | null }).wake_at,
      )
    await until(journal, asleep)
    await restart()
    await until(
      () => api<Run>(`/api/v1/runs/${run.id}`),
      ({ status }) => status === 'completed',
    )
    const entries = await journal()
    const started = entries.filter(({ kind }) => kind === 'step.started')
    const ended = entries.filter(({ kind }) => kind === 'step.finished')
    expect(entries.at(-1)).toMatchObject({ kind: 'run.finished', data: { conclusion: 'success' } })
    expect(ended).toHaveLength(3)
    expect(ended[2]).toMatchObject({ data: { outputs: { word: 'kept' } } })
    expect(started[0]).toMatchObject({ data: { attempt: 1 } })
    expect(started.filter(({ data }) => (data as { step: string }).step === 'before')).toHaveLength(1)
  })

  // Postgres' files are its own; what the hub writes is the same.
  if (dialect === 'sqlite') {
    it('never writes a secret down: not in the database, its log, its key file or what it prints', async () => {
      const files = readdirSync(hub.dataDir).map((file) => readFileSync(join(hub.dataDir, file)))
      const texts = [...files, Buffer.from(hub.output())]
      for (const canary of [owner().token, secret, token]) {
        expect(texts.filter((text) => text.includes(canary))).toEqual([])
      }
      // The control: the same search finds what is there.
      expect(texts.some((text) => text.includes(owner().login))).toBe(true)
    })
  }

  it('refuses to start without the key of what it has sealed', async () => {
    await hub.stop('SIGKILL')
    const key = join(hub.dataDir, 'master.key')
    renameSync(key, `${key}.away`)
    await expect(startHubProcess({ dataDir: hub.dataDir, env: settings() })).rejects.toThrow(/no master key/)
    renameSync(`${key}.away`, key)
    hub = await startHubProcess({ dataDir: hub.dataDir, env: settings() })
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
  })

  it('says goodbye to connected browsers when asked to stop, and does not wait for them', async () => {
    const { ticket } = await api<{ ticket: string }>('/api/v1/live/ticket', { method: 'POST' })
    const address = `${hub.url.replace('http', 'ws')}/api/v1/live?ticket=${ticket}`
    const socket = new WebSocket(address, { handshakeTimeout: patienceMs })
    const closed = once(socket, 'close')
    await Promise.race([once(socket, 'open'), closed])
    expect(socket.readyState).toBe(WebSocket.OPEN)
    // Not 1, which says that it took nine seconds and was cut.
    expect(await hub.stop('SIGTERM')).toBe(0)
    expect((await closed)[0]).toBe(1001)
  })
})

async function deliver({ id, event, body }: { id: string; event: string; body: string }): Promise<number> {
  const answer = await fetch(`${hub.url}/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  })
  await answer.text()
  return answer.status
}

/** `issues.opened` as the local GitHub would send it, for an issue that only this hub hears of. */
async function issuesOpened(repository: Repository) {
  const ask = async (path: string) =>
    (await fetch(`${github.apiUrl}${path}`, { headers: { authorization: `Bearer ${owner().token}` } })).json()
  const [issue] = (await ask(`/repos/${repository.full_name}/issues?state=all&per_page=1`)) as object[]
  const now = new Date().toISOString()
  return {
    action: 'opened',
    issue: {
      ...issue,
      id: 900_001,
      number: 900_001,
      title: 'Opened just before the lights went out',
      state: 'open',
      created_at: now,
      updated_at: now,
    },
    repository: await ask(`/repos/${repository.full_name}`),
    sender: await ask('/user'),
  }
}
