import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { MirrorTask } from '../../src/domain/mirror/sync-tasks.ts'
import type { Fetch } from '../../src/github/guarded-fetch.ts'
import { acceptDelivery } from '../../src/store/deliveries.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { startChild } from '../support/child.ts'
import { openTempStore } from '../support/temp-store.ts'
import { startTestMirror, type TestMirror } from '../support/test-mirror.ts'
import { noteEffect } from './note-effect.ts'
import type { Sent } from './state.ts'

/** Nobody listens there: the model answers without a network. */
const modelUrl = 'https://api.github.com'

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
  /**
   * Takes these in while nothing applies them; then a process of its own does, without a way to GitHub, and dies of
   * SIGKILL in the middle of a transaction, so many deliveries later. Another one begins over what it left. False where
   * there were not so many to apply.
   */
  dieOver(deliveries: readonly Pick<Sent, 'guid' | 'event' | 'body'>[], after: number): Promise<boolean>
  /** How often each delivery had an effect: a workflow was asked to start on it. */
  effects(): Promise<Map<string, number>>
}

const dying = fileURLToPath(new URL('./dying-hub.ts', import.meta.url))

interface Options {
  clock: Clock
  fetch: Fetch
  dialect?: Store['dialect']
}

export async function startHub({ clock, fetch, dialect }: Options): Promise<Hub> {
  await using made = new AsyncDisposableStack()
  const { place } = made.use(await openTempStore(dialect))
  let store = await openStore(place)
  await store.write((tx) => sql`create table if not exists model_effects (guid text)`.execute(tx))
  const start = () =>
    startTestMirror({
      store,
      url: modelUrl,
      now: clock.now,
      fetch,
      // What a killed one left is this one's at once.
      node: { id: 'the model’s', incarnation: randomUUID() },
      startRuns: noteEffect,
    })
  let mirror = await start()

  async function accept(deliveries: Parameters<Hub['accept']>[0]): Promise<void> {
    await store.write(async (tx) => {
      for (const { guid: id, event, body } of deliveries) {
        await acceptDelivery(tx, { id, event, body: Buffer.from(body), received_at: clock.now() })
      }
    })
  }

  const kept = made.move()
  return {
    get store() {
      return store
    },
    get mirror() {
      return mirror
    },
    accept,
    run: (...tasks) => mirror.run(...tasks),
    async restart() {
      await mirror.stop()
      await store.close()
      store = await openStore(place)
      mirror = await start()
    },
    async dieOver(deliveries, after) {
      await mirror.stop()
      await accept(deliveries)
      await store.close()
      const child = startChild([dying, JSON.stringify({ place, url: modelUrl, now: clock.now(), after })])
      const end = await child.ended()
      if (end !== 'SIGKILL' && end !== 0) throw new Error(`The hub that was to die ended: ${child.output()}`)
      store = await openStore(place)
      mirror = await start()
      return end === 'SIGKILL'
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
      await kept.disposeAsync()
    },
  }
}
