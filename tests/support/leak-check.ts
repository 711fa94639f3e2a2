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
    ...readdirSync(folder).map((name) => `temporary ${name}`),
    ...(threads.size > 0 ? [`thread × ${threads.size}`] : []),
    ...Object.entries(countHandles())
      .map(([type, count]) => ({ type, more: count - (before[type] ?? 0) }))
      .filter(({ more }) => more > 0)
      .map(({ type, more }) => `open handle ${type} × ${more}`),
  ]
}

/** What keeps the event loop of this process alive, by type: servers, connections, timers, children. */
function countHandles(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
