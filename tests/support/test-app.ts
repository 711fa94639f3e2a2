import { randomBytes } from 'node:crypto'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import pino from 'pino'
import type { AccessGrant, Role } from '../../contract/identity.ts'
import type { LocalGithub } from '../../demo/local-github.ts'
import { createEngine } from '../../src/engine/create-engine.ts'
import { createSteps } from '../../src/engine/steps/create-steps.ts'
import type { GithubActorOf } from '../../src/engine/steps/github-actor.ts'
import { coded } from '../../src/errors.ts'
import { createEvents } from '../../src/events.ts'
import { createGithub } from '../../src/github/create-github.ts'
import { createApp } from '../../src/http/app.ts'
import type { HttpDeps } from '../../src/http/deps.ts'
import { startLive } from '../../src/live/sockets.ts'
import { createSqlQueue } from '../../src/queue/sql-queue.ts'
import type { Runner } from '../../src/runner/create-runner.ts'
import { createSealer, toMasterKey } from '../../src/store/sealing.ts'
import type { Db, Store } from '../../src/store/store.ts'
import { createSignInLink } from '../../src/store/tickets.ts'
import { findUsersByLogin, upsertUser } from '../../src/store/users.ts'
import { defaultRetention } from './default-retention.ts'
import { openTempStore, type TempStore } from './temp-store.ts'

export const publicUrl = 'http://127.0.0.1:3000'

/** Somebody signed in: what their browser holds. */
export interface SignedIn {
  userId: string
  login: string
  accessToken: string
  /** `name=value` */
  cookie: string
}

export interface TestApp extends AsyncDisposable {
  app: FastifyInstance
  store: TempStore
  deps: HttpDeps
  /** Moves the hub's clock; nothing waits. */
  advance(ms: number): void
  /** What was logged, a line each. */
  logged: string[]
  /** Asks as somebody, or as nobody; an object as `payload` goes as JSON. */
  ask(request: InjectOptions & { as?: Pick<SignedIn, 'accessToken'> }): Promise<LightMyRequestResponse>
  /** Makes a user of this role, or takes the one of this login, and signs them in by a one-time link. */
  signIn(person?: { login?: string; role?: Role }): Promise<SignedIn>
  /** Trades the cookie for the next one. */
  refresh(cookie: string): Promise<LightMyRequestResponse>
}

let lastGithubId = 1000
/** Of its own address for each sign-in, as several people at once would otherwise share one limit. */
let lastAddress = 0
export const nextAddress = () => `10.0.${Math.floor(++lastAddress / 250)}.${(lastAddress % 250) + 1}`

/** The HTTP side of a hub over a real store; nothing listens, runs execute, and background tasks wait. */
export async function openTestApp(
  options: Omit<Partial<HttpDeps>, 'store'> & {
    /** One that is open already, instead of one for this test. */
    store?: TempStore
    localGithub?: LocalGithub
    dialect?: Store['dialect']
    /** GitHub for steps. */
    githubActor?: GithubActorOf
    /** Runs commands; the caller's, who closes it. */
    runner?: Runner
  } = {},
): Promise<TestApp> {
  const { localGithub, dialect, githubActor, runner, ...given } = options
  const store = given.store ?? (await openTempStore(dialect))
  let skipped = 0
  const clock = () => Date.now() + skipped
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) })
  const events = createEvents()
  const nobodyConnected = async () => {
    throw coded('github_not_connected', 'Nobody in this test has connected GitHub.')
  }
  const sealer = createSealer({ keys: [toMasterKey(randomBytes(32))] })
  const engine = createEngine({
    sealer,
    store,
    clock,
    log,
    events,
    steps: createSteps(
      runner && {
        commands: {
          ...{ store, events, clock, runner, policy: given.commandPolicy ?? 'owner' },
        },
      },
    ),
    github: githubActor ?? nobodyConnected,
  })
  const live = await startLive({ store, events, log, clock, onJournal: engine.onJournal })
  const unreachable = 'http://127.0.0.1:9'
  const deps: HttpDeps = {
    store,
    queue: createSqlQueue({ store, handlers: {}, events, log, clock }),
    engine,
    github: createGithub({
      webUrl: localGithub?.url ?? unreachable,
      apiUrl: localGithub?.apiUrl ?? unreachable,
      events,
      log,
      clock,
    }),
    sealer,
    live,
    events,
    log,
    clock,
    publicUrl,
    webhookSecrets: () => ['a secret of tests'],
    oauthApp: async () => localGithub ?? null,
    jwtKey: randomBytes(32),
    singleUser: () => null,
    defaultRole: 'member',
    commandPolicy: given.commandPolicy ?? 'owner',
    retention: defaultRetention,
    stats: () => {
      throw new Error('this test gave no stats')
    },
    demo: { status: () => ({ running: false, available: false, people: [] }), start: async () => {} },
    webRoot: null,
    metricsToken: 'the metrics token of tests',
    metrics: async () => ({ contentType: 'text/plain', body: 'up 1\n' }),
    ...given,
  }
  const app = await createApp(deps)

  const ask: TestApp['ask'] = ({ as, headers, ...request }) =>
    app.inject({
      ...request,
      headers: { ...(as ? { authorization: `Bearer ${as.accessToken}` } : {}), ...headers },
    })

  return {
    app,
    store,
    deps,
    logged,
    ask,
    advance: (ms) => {
      skipped += ms
    },
    async signIn({ login, role = 'member' } = {}) {
      const link = await store.write(async (tx) => {
        const [known] = login === undefined ? [] : await findUsersByLogin(tx, login)
        const user = known ?? (await plantUser(tx, { login, role, now: clock() }))
        return createSignInLink(tx, { userId: user.id, publicUrl, now: clock() })
      })
      const answer = await app.inject({
        method: 'POST',
        url: '/auth/link',
        remoteAddress: nextAddress(),
        payload: { token: new URL(link).searchParams.get('link') },
      })
      return signedIn(answer)
    },
    refresh: (cookie) =>
      app.inject({
        method: 'POST',
        url: '/auth/refresh',
        remoteAddress: nextAddress(),
        headers: { cookie, origin: publicUrl },
        payload: {},
      }),
    async [Symbol.asyncDispose]() {
      await live.close()
      await app.close()
      await engine.close()
      await store.close()
    },
  }
}

async function plantUser(
  tx: Db,
  { login, role, now }: { login: string | undefined; role: Role; now: number },
) {
  const id = ++lastGithubId
  const person = { id, login: login ?? `person-${id}`, name: null, avatar_url: null, html_url: null }
  return (await upsertUser(tx, { host: 'github.example', person, role, now })).user
}

/** Reads what an answer that signs in gives to the browser. */
export function signedIn(answer: LightMyRequestResponse): SignedIn {
  if (answer.statusCode !== 200) throw new Error(`not signed in: ${answer.statusCode} ${answer.body}`)
  const { access_token: accessToken, user } = answer.json<AccessGrant>()
  return { userId: user.id, login: user.login, accessToken, cookie: cookieOf(answer) }
}

/** The cookie that an answer sets, as a browser sends it back. */
export function cookieOf(answer: LightMyRequestResponse): string {
  return String(answer.headers['set-cookie']).split(';', 1)[0]!
}
