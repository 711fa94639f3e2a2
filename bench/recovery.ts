/**
 * A hub comes back from an absence in which GitHub could not deliver: how soon the mirror is equal, and how soon every
 * delivery has had its effect, a run of a workflow, exactly once. GitHub is a server of ours with GitHub's accounting of
 * points, in a process of its own; the hub keeps to GitHub's documented points a minute. Prints JSON.
 * `--repositories 10 --deliveries 1000`
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { databaseFile } from '../src/store/open-store.ts'
import { startHubProcess } from '../tests/support/hub-process.ts'
import type { State, Things } from './support/absent-github.ts'
import { createToken } from './support/bench-hub.ts'
import { describeMachine, freePort, round } from './support/measure.ts'

const { values } = parseArgs({
  options: {
    repositories: { type: 'string', default: '10' },
    deliveries: { type: 'string', default: '1000' },
  },
})
const absence = { repositories: Number(values.repositories), deliveries: Number(values.deliveries) }
const lookMs = 500
/** Longer than GitHub's points a minute let a thousand bodies take. */
const patienceMs = 10 * 60_000

const server = fork(join(import.meta.dirname, 'support/absent-github.ts'), [JSON.stringify(absence)])
const [{ url }] = (await once(server, 'message')) as [{ url: string }]
const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-recovery-'))
const port = await freePort()
const options = {
  dataDir,
  env: {
    ...{ GITHUB_URL: url, GITHUB_API_URL: url, GITHUB_TOKEN: 'mona', LOG_LEVEL: 'error' },
    PORT: String(port),
    ...{
      CLDCDE_PUBLIC_URL: 'https://hub.example',
      GITHUB_WEBHOOK_SECRET: 'a secret of the bench that is long enough',
    },
  },
}
const source =
  'on: issues\njobs:\n  note:\n    steps:\n      - uses: hub/set-output\n        with: { heard: yes }\n'

const before = await startHubProcess(options)
const authorization = `Bearer ${await createToken(before, 'mona', {})}`
const made = await fetch(`http://127.0.0.1:${port}/api/v1/workflows`, {
  method: 'POST',
  headers: { authorization, 'content-type': 'application/json' },
  body: JSON.stringify({ source }),
})
if (made.status !== 201) throw new Error(`no workflow: ${await made.text()}`)
const database = new DatabaseSync(join(dataDir, databaseFile), { readOnly: true })
const count = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0])
const { repositories } = absence
await until(
  () =>
    count('select count(*) from repositories where synced_at is not null and hook_id is not null') ===
    repositories,
)
await until(
  () => count("select count(*) from tasks where state = 'running' or run_at < unixepoch() * 1000") === 0,
)
await before.stop()

// GitHub tells whole seconds.
await wait(1500)
const guids = new Set(await ask<string[]>('lose'))
const wanted = await ask<State>('state')
const began = performance.now()
await using hub = await startHubProcess(options)
const readyMs = performance.now() - began
const seconds = () => round((performance.now() - began) / 1000)

await until(isEqual)
const equal = { s: seconds(), ...(await ask<object>('count')) }
await until(() => count("select count(*) from deliveries where state in ('applied', 'stored')") >= guids.size)
const applied = { s: seconds(), ...(await ask<object>('count')) }
const runs = count('select count(*) from runs')
const expected = count("select count(*) from deliveries where event = 'issues'")
const isStillEqual = isEqual()
database.close()
await hub.stop()
rmSync(dataDir, { recursive: true, force: true })
server.disconnect()
console.log(
  JSON.stringify(
    {
      bench: 'recovery',
      ...describeMachine(),
      load: loadavg().map(round),
      ...absence,
      ready_s: round(readyMs / 1000),
      equal,
      every_delivery_applied: applied,
      runs_started: runs,
      runs_expected: expected,
      equal_at_the_end: isStillEqual,
    },
    null,
    2,
  ),
)

async function ask<Answer>(wish: 'lose' | 'state' | 'count'): Promise<Answer> {
  const answer = once(server, 'message')
  server.send(wish)
  return ((await answer) as [Answer])[0]
}

async function until(isSo: () => boolean): Promise<void> {
  const start = performance.now()
  while (!isSo()) {
    if (performance.now() - start > patienceMs) throw new Error('it took too long')
    await wait(lookMs)
  }
}

function isEqual(): boolean {
  const has = (sql: string, things: Things) => {
    const rows = database.prepare(sql).all() as { id: number; text: string }[]
    const told = new Map(things)
    return rows.length === told.size && rows.every(({ id, text }) => told.get(id) === text)
  }
  return (
    has('select id, title as text from issues', wanted.issues) &&
    has('select id, body as text from comments', wanted.comments) &&
    has('select id, title as text from pull_requests', wanted.pulls)
  )
}
