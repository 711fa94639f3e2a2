import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { MirrorTask } from '../../src/domain/mirror/sync-tasks.ts'
import type { Fetch } from '../../src/github/guarded-fetch.ts'
import { acceptDelivery } from '../../src/store/deliveries.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { startTestMirror, type TestMirror } from '../support/test-mirror.ts'
import type { Sent } from './state.ts'

/** Nobody listens there: the model answers without a network. */
export const modelUrl = 'https://api.github.com'

/** A clock that is set, and goes on from there. */
export interface Clock {
  now(): number
  /** To this time, or on where it is later already. */
  set(time: number): void
}

export function createClock(start: number): Clock {
  let [base, mark] = [start, performance.now()]
  const now = () => base + Math.floor(performance.now() - mark)
  return {
    now,
    set(time) {
      ;[base, mark] = [Math.max(time, now()), performance.now()]
    },
  }
}

/** A hub of the model's, which may end and begin again over its data. */
export interface Hub extends AsyncDisposable {
  readonly store: Store
  readonly mirror: TestMirror
  /** Stores webhooks as the route does; whether they are applied yet is another thing. */
  accept(deliveries: readonly Pick<Sent, 'guid' | 'event' | 'body'>[]): Promise<void>
  run(...tasks: MirrorTask[]): Promise<void>
  /** Ends in the midst of what it does, and begins again. */
  restart(): Promise<void>
  /** How often each delivery had an effect: a workflow was asked to start on it. */
  effects(): Promise<Map<string, number>>
}

export async function startHub({ clock, fetch }: { clock: Clock; fetch: Fetch }): Promise<Hub> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-model-'))
  let store = await openStore({ dataDir })
  await store.write((tx) => sql`create table if not exists model_effects (guid text)`.execute(tx))
  const start = () =>
    startTestMirror({
      store,
      url: modelUrl,
      now: clock.now,
      fetch,
      // In the transaction of the delivery, as a run is.
      startRuns: async (tx, { deliveryId }) => {
        await sql`insert into model_effects values (${deliveryId})`.execute(tx)
      },
    })
  let mirror = await start()
  return {
    get store() {
      return store
    },
    get mirror() {
      return mirror
    },
    async accept(deliveries) {
      await store.write(async (tx) => {
        for (const { guid: id, event, body } of deliveries) {
          await acceptDelivery(tx, { id, event, body: Buffer.from(body), received_at: clock.now() })
        }
      })
    },
    run: (...tasks) => mirror.run(...tasks),
    async restart() {
      await mirror.stop()
      await store.close()
      store = await openStore({ dataDir })
      mirror = await start()
    },
    async effects() {
      const { rows } = await sql<{ guid: string }>`select guid from model_effects`.execute(store.read)
      const counts = new Map<string, number>()
      for (const { guid } of rows) counts.set(guid, (counts.get(guid) ?? 0) + 1)
      return counts
    },
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
