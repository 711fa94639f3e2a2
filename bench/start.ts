/**
 * How soon a hub answers `GET /readyz` with 200 on an existing database, and what it holds in memory when idle.
 * Prints JSON: milliseconds and megabytes, medians with minimum and maximum.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describeMachine, freePort, summarise } from './support/measure.ts'

const runs = 9
const idleMs = 8000
const root = resolve(import.meta.dirname, '..')
const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
const port = await freePort()

/** From the start of the process to the first 200. */
async function startOnce(): Promise<{ readyMs: number; child: ReturnType<typeof spawn> }> {
  const began = performance.now()
  const child = spawn(process.execPath, [join(root, 'bin/cldcde.js'), 'start'], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      CLDCDE_DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
    },
    stdio: 'ignore',
  })
  while (true) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (answer?.status === 200) return { readyMs: performance.now() - began, child }
    if (child.exitCode !== null) throw new Error(`the hub ended with ${child.exitCode}`)
    await wait(3)
  }
}

async function stop(child: ReturnType<typeof spawn>): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

/** Resident memory of a process in megabytes. */
function residentMb(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

try {
  await stop((await startOnce()).child)
  const readyMs: number[] = []
  const rssMb: number[] = []
  for (let run = 0; run < runs; run++) {
    const { readyMs: ms, child } = await startOnce()
    readyMs.push(ms)
    if (run < 3) {
      await wait(idleMs)
      rssMb.push(residentMb(child.pid!))
    }
    await stop(child)
  }
  console.log(
    JSON.stringify(
      { bench: 'start', ...describeMachine(), ready_ms: summarise(readyMs), idle_rss_mb: summarise(rssMb) },
      null,
      2,
    ),
  )
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
