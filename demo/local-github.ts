import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { coded } from '../src/errors.ts'
import { people } from './people.ts'

/** What a logger must be able to do here; pino's fits. */
export interface DemoLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

export interface DemoPerson {
  login: string
  name: string
  role: (typeof people)[number]['role']
  /** A personal access token of this person. */
  token: string
  avatar_url: string
}

export interface LocalGithub {
  /** Origin of the pages: sign-in, avatars. */
  url: string
  /** Origin of the REST API. */
  apiUrl: string
  clientId: string
  clientSecret: string
  people: DemoPerson[]
  pid: number
  /** Ends the process after it has saved its state. */
  close(): Promise<void>
}

/** It is ready within two seconds, and on the busiest machine within a fraction of this. */
const readyMs = 60_000

/** The first message to the process. */
export interface ToLocalGithub {
  dataDir?: string
  port?: number
  callbackUrls: string[]
  /** How long an Actions run takes: 1 is some ten to thirty seconds, less is faster. */
  pace?: number
}

export type FromLocalGithub =
  | {
      type: 'ready'
      url: string
      port: number
      clientId: string
      clientSecret: string
      personTokens: Record<string, string>
    }
  | { type: 'failed'; message: string }

/**
 * Starts the local GitHub, a process of its own on 127.0.0.1, seeded with an organisation, and waits until it answers.
 * With `dataDir` its state, tokens and port outlive a restart. `callbackUrls` are the addresses that sign-in may
 * return to. The process ends with `close()`, and by itself when this process dies, however that happens.
 * Throws `unavailable` if it cannot start: emulate is not installed, or `port` is taken.
 */
export async function startLocalGithub(options: ToLocalGithub & { log: DemoLog }): Promise<LocalGithub> {
  const { log, ...start } = options
  const child = fork(fileURLToPath(new URL('./local-github-process.ts', import.meta.url)), [], {
    // nothing of the hub's environment: the process has no use for its secrets
    env: {},
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) logLines(stream!, log)
  child.send(start)
  const ready = await firstMessage(child)

  let closing = false
  child.once('exit', (code, signal) => {
    if (!closing) log.warn({ code, signal }, 'the local GitHub ended unexpectedly')
  })
  // pages by name and API by number: a browser keeps their cookies apart from those of a hub on 127.0.0.1
  const apiUrl = `http://127.0.0.1:${ready.port}`
  log.info({ url: ready.url, pid: child.pid }, 'local GitHub ready')
  return {
    url: ready.url,
    apiUrl,
    clientId: ready.clientId,
    clientSecret: ready.clientSecret,
    people: people.map(({ login, name, role }) => ({
      login,
      name,
      role,
      token: ready.personTokens[login]!,
      avatar_url: `${ready.url}/avatars/u/${login}`,
    })),
    pid: child.pid!,
    async close() {
      if (closing || child.exitCode !== null || child.signalCode !== null) return
      closing = true
      const exited = once(child, 'exit')
      const deadline = setTimeout(() => child.kill('SIGKILL'), 3000)
      child.disconnect()
      await exited
      clearTimeout(deadline)
    },
  }
}

async function firstMessage(child: ChildProcess): Promise<Extract<FromLocalGithub, { type: 'ready' }>> {
  let late: NodeJS.Timeout | undefined
  const message = await new Promise<FromLocalGithub>((resolve) => {
    child.once('message', (received) => resolve(received as FromLocalGithub))
    child.once('exit', (code) => resolve({ type: 'failed', message: `it ended with ${code}` }))
    child.once('error', (error) => resolve({ type: 'failed', message: error.message }))
    late = setTimeout(() => {
      child.kill('SIGKILL')
      resolve({ type: 'failed', message: `it said nothing for ${readyMs / 1000} seconds` })
    }, readyMs)
  })
  clearTimeout(late)
  if (message.type === 'ready') return message
  throw coded('unavailable', `The local GitHub did not start: ${message.message}`)
}

function logLines(stream: Readable, log: DemoLog): void {
  createInterface({ input: stream }).on('line', (line) => log.warn({ line }, 'local GitHub'))
}
