/**
 * What it takes to answer reads of GitHub's REST API from the mirror: one issue, and a page of 30, of 20 people in
 * turn, over HTTP with connections that stay. The client has a thread of its own; the hub's is counted by its CPU, as
 * other work of the machine would be counted in a rate. Prints JSON.
 */
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import pino from 'pino'
import { startLocalGithub } from '../demo/local-github.ts'
import { openStore } from '../src/store/open-store.ts'
import { openGithubApiHub } from '../tests/support/github-api-hub.ts'
import { tempFolder } from '../tests/support/temp-store.ts'
import { describeMachine, percentile, round, summarise } from './support/measure.ts'

const people = 20
const reads = 2_000
const atOnce = 8
const repository = '/repos/harborline/tide-api'
const paths = { 'one issue': `${repository}/issues/1`, 'a page of 30': `${repository}/issues?state=all` }

interface Work {
  api: string
  tokens: string[]
}

/** In the client's thread: asks so often, and tells how long each answer took. */
async function askAll({ api, tokens }: Work, path: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const took: number[] = []
  let next = 0
  const ask = async () => {
    while (next < reads) {
      const authorization = `Bearer ${tokens[next++ % tokens.length]}`
      const began = performance.now()
      const [response] = await once(get(`${api}${path}`, { agent, headers: { authorization } }), 'response')
      for await (const _ of response);
      if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`)
      if (response.headers['x-cldcde-answered-by'] !== 'mirror') throw new Error('not from the mirror')
      took.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
  agent.destroy()
  return took.sort((a, b) => a - b)
}

async function main(): Promise<void> {
  const github = await startLocalGithub({ callbackUrls: [], log: pino({ level: 'silent' }) })
  const { dataDir, remove } = await tempFolder()
  const store = await openStore({ dataDir })
  const dispose = async () => {
    await store.close()
    await remove()
  }
  const hub = await openGithubApiHub(github, {
    store: { ...store, place: { dataDir }, dataDir, [Symbol.asyncDispose]: dispose },
  })
  const owner = github.people.find(({ login }) => login === 'mara-lindqvist')!
  const tokens: string[] = []
  for (let id = 1; id <= people; id++) {
    const person = { id, login: id === 1 ? owner.login : `reader-${id}`, token: owner.token }
    tokens.push((await hub.enter(person)).token)
  }
  for (const path of [repository, `${repository}/issues?state=all&per_page=100`]) {
    await (await hub.ask(path, { token: tokens[0]! })).text()
  }
  const worker = new Worker(new URL(import.meta.url), { workerData: { api: hub.api, tokens } satisfies Work })
  const measured: Record<string, unknown> = {}
  for (const [name, path] of Object.entries(paths)) {
    const [each, p99]: [number[], number[]] = [[], []]
    for (let round = 0; round < 4; round++) {
      const cpu = process.threadCpuUsage()
      worker.postMessage(path)
      const [took] = (await once(worker, 'message')) as [number[]]
      const { user, system } = process.threadCpuUsage(cpu)
      // The first round warms up.
      if (round === 0) continue
      each.push((user + system) / reads)
      p99.push(percentile(took, 0.99))
    }
    const cpu = summarise(each)
    const a_second = round(1_000_000 / cpu.median)
    measured[name] = { cpu_us_each: cpu, reads_a_second_of_one_core: a_second, p99_ms: summarise(p99) }
  }
  console.log(JSON.stringify({ bench: 'github-api', ...describeMachine(), reads, measured }, null, 2))
  await worker.terminate()
  await hub[Symbol.asyncDispose]()
  await github.close()
}

if (isMainThread) await main()
else
  parentPort!.on('message', async (path: string) =>
    parentPort!.postMessage(await askAll(workerData as Work, path)),
  )
