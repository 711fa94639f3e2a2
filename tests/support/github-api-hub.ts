import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import pino from 'pino'
import type { Role, Scope } from '../../contract/identity.ts'
import type { LocalGithub } from '../../demo/local-github.ts'
import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import { createEvents } from '../../src/events.ts'
import { createGithub } from '../../src/github/create-github.ts'
import { createApiToken } from '../../src/store/api-tokens.ts'
import { createSealer, toMasterKey } from '../../src/store/sealing.ts'
import type { Store } from '../../src/store/store.ts'
import { openTempStore, type TempStore } from './temp-store.ts'
import { openTestApp, type TestApp } from './test-app.ts'
import { startTestMirror, type TestMirror } from './test-mirror.ts'

/** A hub that listens, with its mirror of a GitHub and people who ask it as if it were GitHub. */
export interface GithubApiHub extends AsyncDisposable {
  hub: TestApp
  mirror: TestMirror
  /** Where it listens. */
  url: string
  /** Where people find this API: `http://127.0.0.1:PORT/api/v3`. */
  api: string
  /** Makes a person of that GitHub known here, reads what they may read, and gives them a token of the hub. */
  enter(
    person: { id: number; login: string; token: string },
    options?: { role?: Role; scopes?: Scope[]; sync?: boolean },
  ): Promise<{ token: string; userId: string }>
  /** Asks this API. */
  ask(path: string, init: RequestInit & { token: string }): Promise<Response>
}

interface Options {
  dialect?: Store['dialect']
  /** Where people find it, if not where it listens. */
  publicUrl?: string
  /** In the place of a temporary one, whose queries are watched. */
  store?: TempStore
}

/** Opens one over GitHub at an address. */
export async function openGithubApiHub(
  github: Pick<LocalGithub, 'url' | 'apiUrl'>,
  { dialect, publicUrl: known, store: given }: Options = {},
): Promise<GithubApiHub> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const publicUrl = known ?? url
  const store = given ?? (await openTempStore(dialect))
  const mirror = await startTestMirror({ store, url: github.apiUrl })
  // The same as the mirror's, so that its people's tokens can be opened.
  const key = createHash('sha256').update('the master key of tests').digest()
  const hub = await openTestApp({
    ...{ store, publicUrl, sealer: createSealer({ keys: [toMasterKey(key)] }) },
    github: createGithub({
      webUrl: github.url,
      apiUrl: github.apiUrl,
      events: createEvents(),
      log: pino({ level: 'silent' }),
    }),
  })
  await hub.app.listen({ host: '127.0.0.1', port })
  const api = `${publicUrl}/api/v3`

  return {
    ...{ hub, mirror, url, api },
    async enter({ id, login, token }, { role = 'owner', scopes = ['write'] as Scope[], sync = true } = {}) {
      const userId = await mirror.addUser({ githubId: id, login, token, role })
      if (sync) await mirror.run(syncAccountTask(userId))
      const made = await store.write((tx) =>
        createApiToken(tx, { userId, name: 'a script', scopes, expiresAt: null, now: Date.now() }),
      )
      return { token: made.token, userId }
    },
    ask: (path, { token, headers, ...init }) =>
      fetch(path.startsWith('http') ? path : `${api}${path}`, {
        ...init,
        redirect: 'manual',
        headers: { authorization: `Bearer ${token}`, ...headers },
      }),
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await hub[Symbol.asyncDispose]()
    },
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
