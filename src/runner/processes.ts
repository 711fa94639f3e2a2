import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** A process, so named that another one of the same number is not taken for it. */
export interface ProcessName {
  pid: number
  /** When it started, in ticks since the machine did. */
  started: string
  /** Which start of the machine that was. */
  boot: string
}

/** Names a running process; null: there is none, or the system does not tell (it has no `/proc`). */
export function nameProcess(pid: number): ProcessName | null {
  const started = statOf(pid)?.started
  return started === undefined ? null : { pid, started, boot: bootId() }
}

/** Whether a process is still the one that was named. */
export function isSame({ pid, started, boot }: ProcessName): boolean {
  return boot === bootId() && statOf(pid)?.started === started
}

/** Sends a signal to every process of a group; false: there is none. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pgid, signal)
    return true
  } catch {
    return false
  }
}

/** The processes of a group that are not over. They are younger than its leader: few have to be looked at. */
export function membersOf(pgid: number): number[] {
  const oldest = newestProcess() >= pgid ? pgid : 0
  return allProcesses().filter((pid) => {
    if (pid < oldest) return false
    const stat = statOf(pid)
    return stat?.group === pgid && stat.state !== 'Z'
  })
}

/**
 * Ends every process that carries a variable of this value: also those that left their group. Resolves when they are over.
 */
export async function endMarked(variable: string, value: string): Promise<void> {
  const marked = () => allProcesses().filter((pid) => carries(pid, `${variable}=${value}`))
  for (let found = marked(), looks = 0; found.length > 0 && looks < 100; found = marked(), looks++) {
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
    await wait(20)
  }
}

function carries(pid: number, assignment: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${assignment}\0`)
  } catch {
    // It is over, or another user's.
    return false
  }
}

/** The number that was given last: a smaller one than a process that lives means that they began anew. */
function newestProcess(): number {
  try {
    return Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1))
  } catch {
    return 0
  }
}

function allProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isSafeInteger(pid) && pid !== process.pid)
  } catch {
    return []
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function statOf(pid: number): { state: string; group: number; started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program, in brackets, may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0]!, group: Number(fields[2]), started: fields[19]! }
  } catch {
    return undefined
  }
}

let knownBoot: string | undefined

function bootId(): string {
  if (knownBoot === undefined) {
    try {
      knownBoot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    } catch {
      knownBoot = ''
    }
  }
  return knownBoot
}
