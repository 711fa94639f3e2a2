import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { holdDataFolder, isDataFolderHeld } from './data-lock.ts'
import { coded } from './errors.ts'
import { writeAtomically } from './write-atomically.ts'

/** What a running hub leaves in its data folder for the command line. */
export interface RunningHub {
  pid: number
  url: string
}

/** The demo keeps its data apart from the real hub's. */
export const demoDataDir = (dataDir: string) => join(dataDir, 'demo')

const fileIn = (dataDir: string) => join(dataDir, 'hub.json')

/** The hub that runs on this data folder; null when none does, whatever a killed one has left, or it still starts. */
export function readRunningHub(dataDir: string): RunningHub | null {
  return isDataFolderHeld(dataDir) ? readAnnouncement(dataDir) : null
}

function readAnnouncement(dataDir: string): RunningHub | null {
  try {
    const { pid, url } = JSON.parse(readFileSync(fileIn(dataDir), 'utf8'))
    return Number.isInteger(pid) && URL.canParse(url) ? { pid, url } : null
  } catch {
    return null
  }
}

export interface HeldFolder {
  /** Who runs here: the id is the folder's, and whoever held the folder before is dead. */
  node: { id: string; incarnation: string }
  /** Tells the command line where the hub listens. */
  announce(url: string): void
  release(): void
}

/** The refusal of a second hub on one folder. */
export function alreadyRuns(dataDir: string, other: RunningHub | null): Error {
  const which = other ? `: ${other.url} (process ${other.pid})` : ''
  return coded('conflict', `A hub runs on ${dataDir} already${which}.`)
}

/** Takes the data folder for the one hub that may run on it. Throws `conflict` while another does. */
export function takeDataFolder(dataDir: string): HeldFolder {
  const letGo = holdDataFolder(dataDir)
  if (!letGo) {
    throw alreadyRuns(dataDir, readAnnouncement(dataDir))
  }
  const retract = () => rmSync(fileIn(dataDir), { force: true })
  retract() // of a hub that was killed
  return {
    node: { id: nodeId(dataDir), incarnation: randomUUID() },
    announce: (url) => writeAtomically(fileIn(dataDir), `${JSON.stringify({ pid: process.pid, url })}\n`),
    release() {
      retract()
      letGo()
    },
  }
}

/** The folder's own name among the hubs of one database, made at its first start. */
function nodeId(dataDir: string): string {
  const file = join(dataDir, 'node-id')
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (/^[\da-f-]{36}$/.test(known)) return known
  const id = randomUUID()
  writeAtomically(file, `${id}\n`)
  return id
}
