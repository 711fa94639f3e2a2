/** A process that does the mirror's tasks until nothing is left or it is killed: the argument says where. */
import { randomUUID } from 'node:crypto'
import { openStore } from '../../src/store/open-store.ts'
import type { TempStore } from './temp-store.ts'
import { startTestMirror } from './test-mirror.ts'

interface Instructions {
  place: TempStore['place']
  url: string
  /** The GUID of a delivery that ends the process when it is applied. */
  deadly?: string
}

const { place, url, deadly } = JSON.parse(process.argv[2] ?? '') as Instructions
const store = await openStore(place)
const mirror = await startTestMirror({
  store,
  url,
  // What a killed one left is this one's at once.
  node: { id: 'the same each time', incarnation: randomUUID() },
  onDelivered: ({ deliveryId }) => {
    if (deliveryId === deadly) process.kill(process.pid, 'SIGKILL')
    process.stdout.write('delivering\n')
  },
})
process.stdout.write('ready\n')
await mirror.run()
await mirror.stop()
await store.close()
