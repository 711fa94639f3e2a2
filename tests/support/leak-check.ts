/**
 * Vitest loads this before each test file, in the file's own process: whatever the file leaves behind fails it. Its
 * temporary files go to a folder of its own, by which its processes are known as well, also those whose parent is gone.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { afterAll } from 'vitest'
import { listProcesses } from './list-processes.ts'
import { runFolder } from './run-folder.ts'

const folder = mkdtempSync(join(runFolder(), 't-'))
chmodSync(folder, 0o755) // Postgres runs as a user of its own
process.env.TMPDIR = folder

/** What ends by itself has this long: connections that were just closed, a browser that writes its last files. */
const patienceMs = Number(process.env.CLDCDE_TEST_PATIENCE_MS ?? 15_000)

/** Node's own, of what it has compiled: https://nodejs.org/api/module.html#moduleenablecompilecacheoptions */
const nodesCache = 'node-compile-cache'

const threads = new Set<Worker>()
process.on('worker', (thread: Worker) => {
  threads.add(thread)
  thread.once('exit', () => threads.delete(thread))
})

/** What keeps this process busy before the file has done anything: Vitest's own. */
const before = countHandles()

afterAll(async () => {
  const deadline = performance.now() + patienceMs
  let left = findLeft()
  while (left.length > 0 && performance.now() < deadline) {
    await wait(20)
    left = findLeft()
  }
  for (const { pid } of listProcesses(folder)) tryKill(pid)
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  if (left.length > 0) throw new Error(`This test file left behind:\n  ${left.join('\n  ')}`)
})

function findLeft(): string[] {
  return [
    ...listProcesses(folder).map(({ pid, command }) => `process ${pid}: ${command}`),
    ...readdirSync(folder)
      .filter((name) => name !== nodesCache)
      .map((name) => `temporary ${name}`),
    ...(threads.size > 0 ? [`thread × ${threads.size}`] : []),
    ...Object.entries(countHandles())
      .map(([type, count]) => ({ type, more: count - (before[type] ?? 0) }))
      .filter(({ more }) => more > 0)
      .map(({ type, more }) => `open handle ${type} × ${more}`),
  ]
}

/**
 * What keeps the event loop of this process alive, by type: servers, connections, timers, children. Not pipes: those of
 * children show as processes, and Vitest opens its own when it has something to say.
 */
function countHandles(): Record<string, number> {
  const counts: Record<string, number> = {}
  const types = process.getActiveResourcesInfo().filter((type) => type !== 'PipeWrap')
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
