import { setTimeout as wait } from 'node:timers/promises'
import { allKinds } from '../mirror/kinds.ts'
import type { Handler } from '../queue/queue.ts'
import { enterStored } from '../store/search/enter-stored.ts'
import type { MirrorTaskDeps } from './deps.ts'

/** Rows of one transaction: few, so that nobody waits for it; and how long others write before the next. */
const batch = 50
const pauseMs = 10

/** Enters into the search what was stored before this version: after an upgrade, while everything goes on. */
export function fillSearch({ store, clock }: Pick<MirrorTaskDeps, 'store' | 'clock'>): Handler {
  return async (_, { signal }) => {
    for (const kind of allKinds) {
      for (;;) {
        signal.throwIfAborted()
        const more = await store.write((tx) => enterStored(tx, kind, { limit: batch, now: clock() }))
        if (!more) break
        await wait(pauseMs)
      }
    }
  }
}
