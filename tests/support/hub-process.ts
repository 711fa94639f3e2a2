import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

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
  /** Sends SIGTERM (or another signal) and resolves with the exit code once the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts a hub on a free port, in a temporary data folder unless one is given; resolves once it says `ready`. */
export async function startHubProcess(
  options: { dataDir?: string; args?: string[]; env?: Record<string, string> } = {},
): Promise<HubProcess> {
  const temporary = options.dataDir === undefined
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'cldcde-hub-'))
  const child = spawn(process.execPath, [join(root, 'bin/cldcde.js'), 'start', ...(options.args ?? [])], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      LOG_LEVEL: 'warn',
      CLDCDE_DATA_DIR: dataDir,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let output = ''
  const ready = new Promise<void>((done, fail) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (/^ready /m.test(output)) done()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    exited.then(() => fail(new Error(`the hub ended before it was ready:\n${output}`)), fail)
  })
  // A hub that dies later is told by whoever waits for it.
  ready.catch(() => {})
  try {
    await ready
  } catch (error) {
    if (temporary) rmSync(dataDir, { recursive: true, force: true })
    throw error
  }
  const find = (pattern: RegExp) => pattern.exec(output)?.[1] ?? null
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await exited
    }
    return child.exitCode
  }
  return {
    url: find(/^ready (\S+)/m)!,
    setupUrl: find(/(\S+\/setup\?token=\S+)/),
    signInUrl: find(/(\S+\/sign-in\?link=\S+)/),
    dataDir,
    child,
    output: () => output,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL')
      // A local GitHub that lost its hub may still be writing.
      if (temporary) rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
