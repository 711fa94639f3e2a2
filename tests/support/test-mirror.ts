import { createHash, randomUUID } from 'node:crypto'
import pino from 'pino'
import type { ChangeData, ChangeKind } from '../../contract/changes.ts'
import type { Role } from '../../contract/identity.ts'
import type { MirrorTask } from '../../src/domain/mirror/sync-tasks.ts'
import { createEvents, type HubEvents } from '../../src/events.ts'
import { createGithub } from '../../src/github/create-github.ts'
import type { Fetch } from '../../src/github/guarded-fetch.ts'
import type { NodeIdentity } from '../../src/queue/owner.ts'
import type { Queue } from '../../src/queue/queue.ts'
import { createSqlQueue, type SqlQueue } from '../../src/queue/sql-queue.ts'
import { readChanges } from '../../src/store/changes.ts'
import { saveCredential } from '../../src/store/credentials.ts'
import { acceptDelivery, nextDueDelivery } from '../../src/store/deliveries.ts'
import { createGithubTokens } from '../../src/store/github-tokens.ts'
import { createSealer, toMasterKey } from '../../src/store/sealing.ts'
import type { Store } from '../../src/store/store.ts'
import { upsertUser } from '../../src/store/users.ts'
import type { StartRuns } from '../../src/tasks/deps.ts'
import {
  createDrain,
  createTaskHandlers,
  type DeliveredEvent,
  type MirrorTaskDeps,
} from '../../src/tasks/index.ts'

/** The same in every process of a test, so that one can open what another sealed. */
const masterKey = createHash('sha256').update('the master key of tests').digest()

/** What these processes seal with. */
export const sealerOfTests = () => createSealer({ keys: [toMasterKey(masterKey)] })

/** The hub's tasks over a store and a GitHub, without the rest of the hub. */
export interface TestMirror {
  store: Store
  queue: Queue
  deps: MirrorTaskDeps
  /** What syncs found to differ from GitHub. */
  healed: HubEvents['mirror.healed'][]
  /** What workflows would have been asked to start on. */
  delivered: DeliveredEvent[]
  /** Makes a user whose GitHub token is this one; returns the user's id. */
  addUser(person: { githubId: number; login: string; token: string; role?: Role }): Promise<string>
  /** Enqueues tasks and resolves when nothing is due any more. */
  run(...tasks: MirrorTask[]): Promise<void>
  /** Takes in webhooks as GitHub sent them and resolves when they are applied; returns their GUIDs. */
  deliver(...webhooks: { event: string; payload: unknown; id?: string }[]): Promise<string[]>
  /** The data of all changes of a kind, oldest first. */
  changes<Kind extends ChangeKind>(kind: Kind): Promise<(ChangeData[Kind] & { topic: string })[]>
  advance(ms: number): void
  stop(): Promise<void>
}

export interface Options {
  store: Store
  url: string
  webhook?: { url: string; secret: string } | null
  /** Who holds what the queue runs; nobody before or beside it without. */
  node?: NodeIdentity
  /** Called in the transaction of each delivery. */
  onDelivered?: (event: DeliveredEvent) => void
  /** Starts runs as a whole hub does; without, what they would have started on is only noted. */
  startRuns?: StartRuns
  /** What time it is, without what is skipped. */
  now?: () => number
  /** Asks GitHub without a network. */
  fetch?: Fetch
  /** The longest answer that is waited for, and the largest that is read. */
  patience?: { timeoutMs: number; maxBytes: number }
}

export async function startTestMirror({
  store,
  url,
  webhook = null,
  node,
  onDelivered,
  startRuns,
  now = Date.now,
  fetch,
  patience,
}: Options): Promise<TestMirror> {
  let skipped = 0
  const clock = () => now() + skipped
  const log = pino({ level: 'silent' })
  const events = createEvents()
  const sealer = sealerOfTests()
  const delivered: DeliveredEvent[] = []
  const healed: TestMirror['healed'] = []
  events.on('mirror.healed', (event) => healed.push(event))
  const deps: MirrorTaskDeps = {
    store,
    enqueue: (tx, task) => queue.enqueue(tx, task),
    github: createGithub({
      ...{ webUrl: url, apiUrl: url, events, log, clock, retryPauseMs: 1 },
      ...(fetch && { fetch }),
      ...patience,
      // Tests ask in seconds what GitHub is asked in minutes.
      mostAMinute: { core: 1e6, graphql: 1e6 },
    }),
    tokens: createGithubTokens({ store, sealer, clock }),
    events,
    log,
    clock,
    startRuns: async (tx, event) => {
      onDelivered?.(event)
      delivered.push(event)
      await startRuns?.(tx, event)
    },
    webhook: () => webhook,
  }
  const queue: SqlQueue = createSqlQueue({
    store,
    handlers: createTaskHandlers(deps),
    events,
    log,
    clock,
    pollMs: 50,
    backoff: { firstMs: 1, mostMs: 1 },
    ...(node && { node }),
  })
  const drain = createDrain({ ...deps, pollMs: 50, backoff: { firstMs: 1, mostMs: 1 } })
  await queue.start()
  drain.start()

  async function run(...tasks: MirrorTask[]): Promise<void> {
    await store.write(async (tx) => {
      for (const task of tasks) await queue.enqueue(tx, task)
    })
    await settle()
  }

  /** Until nothing is due, tries that follow a failure at once included. */
  async function settle(): Promise<void> {
    let isDue = true
    while (isDue) {
      await drain.idle()
      await queue.idle()
      // One look at all of them: a try that becomes due between two looks would be missed by both.
      const due = await store.read
        .selectFrom('tasks')
        .select('id')
        .where('state', '!=', 'failed')
        .where('run_at', '<', clock() + 1000)
        .executeTakeFirst()
      const delivery = await nextDueDelivery(store.read)
      isDue = due !== undefined || (delivery !== undefined && delivery < clock() + 1000)
    }
  }

  return {
    store,
    queue,
    deps,
    healed,
    delivered,
    async addUser({ githubId, login, token, role = 'owner' }) {
      return await store.write(async (tx) => {
        const person = { id: githubId, login, name: null, avatar_url: null, html_url: null }
        const { user } = await upsertUser(tx, { host: new URL(url).host, person, role, now: clock() })
        await saveCredential(tx, sealer, { userId: user.id, token, scopes: ['repo'], now: clock() })
        return user.id
      })
    },
    run,
    async deliver(...webhooks) {
      const ids: string[] = []
      await store.write(async (tx) => {
        for (const { event, payload, id = randomUUID() } of webhooks) {
          const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
          await acceptDelivery(tx, { id, event, body, received_at: clock() })
          ids.push(id)
        }
      })
      await settle()
      return ids
    },
    async changes(kind) {
      const changes = await readChanges(store.read, { after: 0, limit: 100_000 })
      return changes
        .filter((change) => change.kind === kind)
        .map(({ topic, data }) => ({ ...(data as ChangeData[typeof kind]), topic }))
    },
    advance: (ms) => {
      skipped += ms
    },
    async stop() {
      await drain.stop()
      await queue.stop()
    },
  }
}
