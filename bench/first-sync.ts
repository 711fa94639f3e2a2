/**
 * The first sync of an account: how soon there is a page to look at, what it costs at GitHub, what memory it takes, and
 * how long people wait for `GET /api/v1/repos` meanwhile. GitHub is a server of ours with GitHub's quotas, in a process
 * of its own. With `--second` also what it costs to look at all of them again, when nothing has changed. Beside it, in
 * the same run: the same reads of an idle hub, and how long a bare client takes for the same requests. Prints JSON.
 * `--repositories 1000 --issues 30000 --pulls 10000 --commits 60000`
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startHubProcess } from '../tests/support/hub-process.ts'
import { createToken } from './support/bench-hub.ts'
import type { Counted, Sizes } from './support/large-github.ts'
import { describeMachine, percentile, round, summarise } from './support/measure.ts'

const {
  values: { second: withSecond, ...values },
} = parseArgs({
  options: {
    repositories: { type: 'string', default: '1000' },
    issues: { type: 'string', default: '30000' },
    pulls: { type: 'string', default: '10000' },
    commits: { type: 'string', default: '60000' },
    second: { type: 'boolean', default: false },
  },
})
const sizes = Object.fromEntries(
  Object.entries(values).map(([name, text]) => [name, Number(text)]),
) as unknown as Sizes
/** Between two looks, so that looking is not the load. */
const lookMs = 250

const server = fork(join(import.meta.dirname, 'support/large-github.ts'), [JSON.stringify(sizes)])
const [{ url }] = (await once(server, 'message')) as [{ url: string }]
const began = performance.now()
await using hub = await startHubProcess({
  // As `npm start` starts it.
  env: {
    NODE_OPTIONS: '--max-semi-space-size=8',
    GITHUB_URL: url,
    GITHUB_API_URL: url,
    GITHUB_TOKEN: 'mona',
    LOG_LEVEL: 'error',
  },
})
const headers = { authorization: `Bearer ${await createToken(hub, 'mona', {})}` }
const get = async (path: string) => (await fetch(`${hub.url}${path}`, { headers })).json()
const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hub.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

const durations: number[] = []
let firstPageMs: number | null = null
let firstThirtyMs: number | null = null
let mostMb = 0
for (let isDone = false; !isDone; await wait(lookMs)) {
  const page = await lookAtFirstPage(durations)
  mostMb = Math.max(mostMb, residentMb())
  if (page.length < Math.min(30, sizes.repositories)) continue
  // The page that people see first: the newest repositories, and something in the first of them.
  if (page[0]?.synced_at) firstPageMs ??= performance.now() - began
  if (page.every(({ synced_at }) => synced_at !== null)) firstThirtyMs ??= performance.now() - began
  const oldest = (await get('/api/v1/repos?limit=1&sort=pushed&direction=asc')) as typeof page
  isDone = oldest.length === 1 && oldest[0]?.synced_at !== null && (await isAllReadSince(0))
}
const totalMs = performance.now() - began
const told = await ask<Counted>('count')
const hubCpuS = cpuSecondsOfHub()

const second = withSecond ? await lookAgain() : null
const idle: number[] = []
for (let look = 0; look < 200; look++) {
  await lookAtFirstPage(idle)
  await wait(10)
}
const bareS = await askBare(withSecond ? [] : await ask<BareRequest[]>('requests'))
server.disconnect()

async function ask<Answer>(wish: 'count' | 'begin-hour' | 'requests'): Promise<Answer> {
  const answer = once(server, 'message')
  server.send(wish)
  return ((await answer) as [Answer])[0]
}

async function lookAtFirstPage(into: number[]): Promise<{ synced_at: string | null }[]> {
  const asked = performance.now()
  const page = (await get('/api/v1/repos?limit=30')) as { synced_at: string | null }[]
  into.push(performance.now() - asked)
  return page
}

async function isAllReadSince(time: number): Promise<boolean> {
  let path: string | null = '/api/v1/repos?limit=100'
  while (path !== null) {
    const answer: Response = await fetch(`${hub.url}${path}`, { headers })
    const page = (await answer.json()) as { synced_at: string | null }[]
    if (page.some(({ synced_at }) => synced_at === null || Date.parse(synced_at) < time)) return false
    path = /<(?:https?:\/\/[^/]+)?([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null
  }
  return true
}

/** Until every repository was looked at once more. */
async function lookAgain() {
  await ask('begin-hour')
  const since = Date.now()
  while (!(await isAllReadSince(since))) await wait(1000)
  const { requests, points } = await ask<Counted>('count')
  return { requests, points_charged: points, s: Math.round((Date.now() - since) / 1000) }
}

interface BareRequest {
  method: string
  path: string
  body: string
}

/** Seconds that a client takes which does nothing with the answers, as many at a time as the hub asks. */
async function askBare(requests: BareRequest[]): Promise<number> {
  await ask('begin-hour')
  const start = performance.now()
  const authorization = 'bearer mona'
  const takeSome = async () => {
    for (let next = requests.shift(); next; next = requests.shift()) {
      const { method, path, body } = next
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { authorization },
        ...(method === 'POST' && { body }),
      })
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: 6 }, takeSome))
  return (performance.now() - start) / 1000
}

function cpuSecondsOfHub(): number {
  const [user, system] = readFileSync(`/proc/${hub.child.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}

const perRepository = (count: number) => round(count / sizes.repositories)
const figures = (all: number[]) => ({
  ...summarise(all),
  p99: round(
    percentile(
      all.toSorted((a, b) => a - b),
      0.99,
    ),
  ),
})
console.log(
  JSON.stringify(
    {
      bench: 'first-sync',
      ...describeMachine(),
      load: loadavg().map(round),
      ...sizes,
      first_page_ms: firstPageMs && Math.round(firstPageMs),
      first_30_read_ms: firstThirtyMs && Math.round(firstThirtyMs),
      whole_s: round(totalMs / 1000),
      hub_cpu_s: round(hubCpuS),
      github_cpu_s: round(told.cpuS),
      bare_client_s: withSecond ? null : round(bareS),
      requests_per_repository: perRepository(told.requests),
      points_per_repository: perRepository(told.points),
      refused: told.refused,
      rss_mib_at_most: Math.round(mostMb),
      repos_ms: figures(durations),
      repos_idle_ms: figures(idle),
      second,
    },
    null,
    2,
  ),
)
