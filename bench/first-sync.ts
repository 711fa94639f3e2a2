/**
 * The first sync of an account: how soon there is a page to look at, what it costs at GitHub, what memory it takes, and
 * how long people wait for `GET /api/v1/repos` meanwhile. GitHub is a server of ours with GitHub's quotas, in a process
 * of its own. Prints JSON. `--repositories 1000 --issues 30000 --pulls 10000 --commits 60000`
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startHubProcess } from '../tests/support/hub-process.ts'
import { createToken } from './support/bench-hub.ts'
import type { Sizes } from './support/large-github.ts'
import { describeMachine, summarise } from './support/measure.ts'

const { values } = parseArgs({
  options: {
    repositories: { type: 'string', default: '1000' },
    issues: { type: 'string', default: '30000' },
    pulls: { type: 'string', default: '10000' },
    commits: { type: 'string', default: '60000' },
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
  env: { GITHUB_URL: url, GITHUB_API_URL: url, GITHUB_TOKEN: 'mona', LOG_LEVEL: 'error' },
})
const headers = { authorization: `Bearer ${await createToken(hub, 'mona', {})}` }
const get = async (path: string) => (await fetch(`${hub.url}${path}`, { headers })).json()
const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hub.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

const durations: number[] = []
let firstPageMs: number | null = null
let mostMb = 0
for (let isDone = false; !isDone; await wait(lookMs)) {
  const asked = performance.now()
  const page = (await get('/api/v1/repos?limit=30')) as { synced_at: string | null }[]
  durations.push(performance.now() - asked)
  mostMb = Math.max(mostMb, residentMb())
  // The page that people see first: the newest repositories, and something in the first of them.
  if (firstPageMs === null && page.length >= Math.min(30, sizes.repositories) && page[0]?.synced_at) {
    firstPageMs = performance.now() - began
  }
  const oldest = (await get('/api/v1/repos?limit=1&sort=pushed&direction=asc')) as typeof page
  isDone = oldest.length === 1 && oldest[0]?.synced_at !== null && (await isAllRead())
}
const totalMs = performance.now() - began
server.send('count')
const [told] = (await once(server, 'message')) as [{ requests: number; points: number; refused: number }]
server.disconnect()

async function isAllRead(): Promise<boolean> {
  let path: string | null = '/api/v1/repos?limit=100'
  while (path !== null) {
    const answer: Response = await fetch(`${hub.url}${path}`, { headers })
    const page = (await answer.json()) as { synced_at: string | null }[]
    if (page.some(({ synced_at }) => synced_at === null)) return false
    path = /<(?:https?:\/\/[^/]+)?([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null
  }
  return true
}

const percentile = (all: number[], part: number) =>
  all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) * part)]!
const perRepository = (count: number) => Math.round((count / sizes.repositories) * 100) / 100
console.log(
  JSON.stringify(
    {
      bench: 'first-sync',
      ...describeMachine(),
      ...sizes,
      first_page_ms: firstPageMs === null ? null : Math.round(firstPageMs),
      whole_s: Math.round(totalMs / 1000),
      requests_per_repository: perRepository(told.requests),
      points_per_repository: perRepository(told.points),
      refused: told.refused,
      rss_mib_at_most: Math.round(mostMb),
      repos_ms: { ...summarise(durations), p99: Math.round(percentile(durations, 0.99)) },
    },
    null,
    2,
  ),
)
