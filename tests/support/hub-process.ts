import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Child, startChild } from './child.ts'

const root = resolve(import.meta.dirname, '../..')

/** The hub as a new user starts it: a process of its own, spoken to over HTTP. */
export interface HubProcess extends AsyncDisposable {
  url: string
  /** The one-time set-up address, while nobody owns the hub. */
  setupUrl: string | null
  /** The one-time sign-in address of single-user mode and of the demo's owner. */
  signInUrl: string | null
  dataDir: string
  child: ChildProcess
  /** Everything printed so far, for the message of a failing test. */
  output(): string
  /** Resolves once it has printed something like this; throws with its output when it does not. */
  said(pattern: RegExp): Promise<void>
  /** Sends SIGTERM (or another signal) and resolves with the exit code once the process is gone; null after a signal. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

interface HubOptions {
  dataDir: string
  args?: string[]
  env?: Record<string, string>
}

/** Starts the process of a hub on a free port, and waits for nothing. */
export function spawnHub({ dataDir, args = [], env }: HubOptions): Child {
  return startChild([join(root, 'bin/cldcde.js'), 'start', ...args], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      LOG_LEVEL: 'warn',
      CLDCDE_DATA_DIR: dataDir,
      ...env,
    },
  })
}

/** Starts a hub on a free port, in a temporary data folder unless one is given; resolves once it says `ready`. */
export async function startHubProcess(options: Partial<HubOptions> = {}): Promise<HubProcess> {
  const temporary = options.dataDir === undefined
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'cldcde-hub-'))
  const hub = spawnHub({ ...options, dataDir })
  try {
    await hub.said(/^ready /m)
  } catch (error) {
    if (temporary) rmSync(dataDir, { recursive: true, force: true })
    throw error
  }
  const find = (pattern: RegExp) => pattern.exec(hub.output())?.[1] ?? null
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const how = await hub.end(signal)
    return typeof how === 'number' ? how : null
  }
  return {
    url: find(/^ready (\S+)/m)!,
    setupUrl: find(/(\S+\/setup\?token=\S+)/),
    signInUrl: find(/(\S+\/sign-in\?link=\S+)/),
    dataDir,
    child: hub.process,
    output: hub.output,
    said: hub.said,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL')
      // A local GitHub that lost its hub may still be writing.
      if (temporary) rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
