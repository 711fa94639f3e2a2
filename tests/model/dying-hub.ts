/** A hub that applies what waits and dies over it: the argument says where, when it is, and after how many deliveries. */
import { randomUUID } from 'node:crypto'
import { openStore } from '../../src/store/open-store.ts'
import type { TempStore } from '../support/temp-store.ts'
import { startTestMirror } from '../support/test-mirror.ts'
import { noteEffect } from './note-effect.ts'

interface Instructions {
  place: TempStore['place']
  url: string
  now: number
  after: number
}

const { place, url, now, after } = JSON.parse(process.argv[2] ?? '') as Instructions
const store = await openStore(place)
const begun = performance.now()
let left = after
const mirror = await startTestMirror({
  store,
  url,
  now: () => now + Math.floor(performance.now() - begun),
  node: { id: 'the model’s', incarnation: randomUUID() },
  // It is cut off from GitHub.
  fetch: async () => {
    throw new TypeError('there is no network')
  },
  startRuns: async (tx, event) => {
    await noteEffect(tx, event)
    if (--left <= 0) process.kill(process.pid, 'SIGKILL')
  },
})
await mirror.run()
await mirror.stop()
await store.close()
