import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a running hub leaves in its data folder, for the command line and against a second start. */
export interface RunningHub {
  pid: number
  url: string
}

/** The demo keeps its data apart from the real hub's. */
export const demoDataDir = (dataDir: string) => join(dataDir, 'demo')

const fileIn = (dataDir: string) => join(dataDir, 'hub.json')

/** The hub that runs on this data folder; null when none does (a file left by a killed hub does not count). */
export function readRunningHub(dataDir: string): RunningHub | null {
  let hub: RunningHub
  try {
    hub = JSON.parse(readFileSync(fileIn(dataDir), 'utf8'))
  } catch {
    return null
  }
  // In a container every hub is process 1: the file of the one before is not ours.
  return hub.pid !== process.pid && isAlive(hub.pid) ? hub : null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It lives, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Says that this process runs on the folder; returns how to take it back. */
export function announceHub(dataDir: string, url: string): () => void {
  writeFileSync(fileIn(dataDir), `${JSON.stringify({ pid: process.pid, url })}\n`, { mode: 0o600 })
  return () => rmSync(fileIn(dataDir), { force: true })
}
