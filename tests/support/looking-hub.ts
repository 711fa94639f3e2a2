import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import type { GithubServer, Json, Permission } from './github-server.ts'
import { connect, type MirrorOfOne } from './mirror-of-one.ts'
import type { dialects } from './temp-store.ts'
import { openTestApp, type SignedIn, type TestApp } from './test-app.ts'
import { sealerOfTests } from './test-mirror.ts'

/** A hub that has read acme/hello, and people who look at it: mona, who administers it, and those who are let in. */
export interface LookingHub extends AsyncDisposable {
  mirror: MirrorOfOne
  app: TestApp
  github: GithubServer
  mona: SignedIn
  /** Lets somebody in who has this right. */
  admit(login: string, permission: Permission): Promise<SignedIn>
  /** What `GET /api/v1/repos/acme/hello/<path>` answers to somebody. */
  look(path: string, as: SignedIn): Promise<Json[]>
  status(path: string, as: SignedIn): Promise<number>
  /** Time passes, for everybody. */
  advance(ms: number): void
}

export async function openLookingHub({
  dialect,
  plant,
}: {
  dialect: (typeof dialects)[number]
  plant?: (planted: MirrorOfOne['planted']) => void
}): Promise<LookingHub> {
  const mirror = await connect({ dialect, ...(plant && { plant }) })
  const { github, planted } = mirror
  const { github: client } = mirror.deps
  const store = mirror.store as TestApp['store']
  const app = await openTestApp({ store, github: client, sealer: sealerOfTests() })
  const ask = (path: string, as: SignedIn) =>
    app.ask({ method: 'GET', url: `/api/v1/repos/acme/hello/${path}`, as })
  let lastId = 1
  return {
    mirror,
    app,
    github,
    mona: await app.signIn({ login: 'mona' }),
    async admit(login, permission) {
      const id = ++lastId
      github.people.set(login, { id, login })
      planted.rights.set(login, permission)
      const userId = await mirror.addUser({ githubId: id, login, token: login, role: 'member' })
      await mirror.run(syncAccountTask(userId))
      return await app.signIn({ login })
    },
    look: async (path, as) => (await ask(path, as)).json<Json[]>(),
    status: async (path, as) => (await ask(path, as)).statusCode,
    advance(ms) {
      mirror.advance(ms)
      app.advance(ms)
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await mirror[Symbol.asyncDispose]()
    },
  }
}
