/**
 * How soon a hub answers `GET /readyz` with 200 on an existing database, and what it holds in memory when idle, beside
 * a bare Fastify with SQLite that is started in turn with it. Prints JSON: milliseconds and mebibytes, medians with
 * minimum and maximum, and how many times longer the hub takes (targets: 2.2 times, 95 MiB).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { buildServer } from '../scripts/build-server.ts'
import { describeMachine, freePort, summarise } from './support/measure.ts'
import { startFlags } from './support/start-flags.ts'

const runs = 15
const idleMs = 8000
const root = resolve(import.meta.dirname, '..')
const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
const port = String(await freePort())

const hub = [...startFlags, join(root, 'bin/cldcde.js'), 'start']
const bare = [join(root, 'bench/support/bare-server.js'), join(dataDir, 'bare.db'), port]

/** From the start of the process to the first 200. */
async function startOnce(args: readonly string[]): Promise<{ readyMs: number; child: ChildProcess }> {
  const began = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: port,
      CLDCDE_DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
    },
    stdio: 'ignore',
  })
  while (true) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    await answer?.text()
    if (answer?.status === 200) return { readyMs: performance.now() - began, child }
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    await wait(3)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

/** Resident memory of a process in mebibytes. */
function residentMb(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

try {
  await buildServer({ ifNeeded: true })
  const measured = [hub, bare].map((args) => ({ args, readyMs: [] as number[], rssMb: [] as number[] }))
  // The first start of each makes its database and fills the compile cache.
  for (let run = -1; run < runs; run++) {
    for (const { args, readyMs, rssMb } of measured) {
      const { readyMs: ms, child } = await startOnce(args)
      if (run >= 0) readyMs.push(ms)
      if (run >= 0 && run < 3) {
        await wait(idleMs)
        rssMb.push(residentMb(child.pid!))
      }
      await stop(child)
    }
  }
  const [ours, theirs] = measured.map(({ readyMs, rssMb }) => ({
    ready_ms: summarise(readyMs),
    idle_rss_mb: summarise(rssMb),
  }))
  const ratio = Math.round((ours!.ready_ms.median / theirs!.ready_ms.median) * 100) / 100
  console.log(
    JSON.stringify(
      { bench: 'start', ...describeMachine(), ...ours, bare: theirs, times_bare: ratio },
      null,
      2,
    ),
  )
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
