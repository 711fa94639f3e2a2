/** A thread that asks `/healthz` a hundred times a second; told to stop, it posts how long each answer took. */
import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'

const { url } = workerData as { url: string }
const agent = new Agent({ keepAlive: true })
const waits: number[] = []
let isOver = false
parentPort?.once('message', () => {
  isOver = true
})

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/healthz`, { agent }, (answer) => answer.resume().once('end', resolve))
    asked.once('error', reject).end()
  })
}

await ask()
while (!isOver) {
  const began = performance.now()
  await ask()
  waits.push(performance.now() - began)
  await wait(10)
}
agent.destroy()
parentPort?.postMessage(waits)
