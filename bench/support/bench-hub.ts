import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startLocalGithub } from '../../demo/local-github.ts'
import { type HubProcess, startHubProcess } from '../../tests/support/hub-process.ts'

const root = resolve(import.meta.dirname, '../..')
const quiet = { info() {}, warn() {} }

export interface BenchHub extends AsyncDisposable {
  url: string
  process: HubProcess
  /** Signs webhooks. */
  secret: string
  /** A repository of the mirror, synced. */
  repositoryId: number
  /** Calls the API with a token that may read and write. */
  api(method: string, path: string, body?: unknown): Promise<Response>
}

/** A real hub in a process of its own, in single-user mode at a local GitHub that stands still, its first sync done. */
export async function startBenchHub(env: Record<string, string> = {}): Promise<BenchHub> {
  const secret = 'a secret of the bench that is long enough'
  const github = await startLocalGithub({ callbackUrls: [], log: quiet })
  const owner = github.people.find(({ role }) => role === 'owner')!
  const hub = await startHubProcess({
    env: {
      GITHUB_URL: github.url,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_TOKEN: owner.token,
      GITHUB_WEBHOOK_SECRET: secret,
      LOG_LEVEL: 'error',
      ...env,
    },
  })
  const token = await createToken(hub, owner.login, env)
  const api = (method: string, path: string, body?: unknown) =>
    fetch(`${hub.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    url: hub.url,
    process: hub,
    secret,
    repositoryId: await synced(api),
    api,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      await github.close()
    },
  }
}

/** Through the command line, as a script would: the person appears once GitHub has answered. */
export async function createToken(
  hub: HubProcess,
  login: string,
  more: Record<string, string>,
): Promise<string> {
  const run = promisify(execFile)
  const args = [
    join(root, 'bin/cldcde.js'),
    'token',
    'create',
    '--login',
    login,
    '--scope',
    'read,write',
    '--json',
  ]
  for (let attempt = 0; ; attempt++) {
    try {
      const { stdout } = await run(process.execPath, args, {
        env: { PATH: process.env.PATH, CLDCDE_DATA_DIR: hub.dataDir, ...more },
      })
      return (JSON.parse(stdout) as { token: string }).token
    } catch (error) {
      if (attempt === 50) throw error
      await wait(100)
    }
  }
}

/** Waits for the first sync to end; returns the first repository. */
async function synced(api: BenchHub['api']): Promise<number> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const repositories = (await (await api('GET', '/api/v1/repos')).json()) as {
      id: number
      synced_at: string | null
    }[]
    if (repositories.length > 0 && repositories.every(({ synced_at }) => synced_at !== null))
      return repositories[0]!.id
    await wait(100)
  }
  throw new Error('the first sync did not end within a minute')
}
