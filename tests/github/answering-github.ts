import type { ServerResponse } from 'node:http'
import pino from 'pino'
import { createEvents, type HubEvents } from '../../src/events.ts'
import { createGithub } from '../../src/github/create-github.ts'
import { type Asked, type GithubServer, startGithubServer } from '../support/github-server.ts'

export interface Connected extends AsyncDisposable {
  server: GithubServer
  github: ReturnType<typeof createGithub>
  client: ReturnType<ReturnType<typeof createGithub>['forToken']>
  seen: { [Name in 'github.answered' | 'github.quota']: HubEvents[Name][] }
  advance(ms: number): void
}

/** A client of ours at a GitHub that answers as a test says, and what it told the hub of itself. */
export async function connect(options: { timeoutMs?: number; maxBytes?: number } = {}): Promise<Connected> {
  const server = await startGithubServer()
  server.people.set('token', { id: 1, login: 'octocat' })
  let skipped = 0
  const events = createEvents()
  const seen: Connected['seen'] = { 'github.answered': [], 'github.quota': [] }
  events.on('github.answered', (event) => seen['github.answered'].push(event))
  events.on('github.quota', (event) => seen['github.quota'].push(event))
  const github = createGithub({
    webUrl: server.url,
    apiUrl: server.url,
    events,
    log: pino({ level: 'silent' }),
    clock: () => Date.now() + skipped,
    retryPauseMs: 1,
    ...options,
  })
  return {
    server,
    github,
    client: github.forToken('token', { userId: crypto.randomUUID() }),
    seen,
    advance: (ms) => {
      skipped += ms
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** The time of a reset, as GitHub writes it. */
export const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds)

/** What a proxy or a broken server answers. */
export const html = (status: number) => (_: Asked, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'text/html' })
  response.end('<html><body>Unicorn!</body></html>')
}
