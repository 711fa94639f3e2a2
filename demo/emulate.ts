import { coded } from '../src/errors.ts'
import type { GithubRows } from './emulate-rows.ts'

/** Whom a token belongs to. emulate resolves people by login; the id is its own bookkeeping. */
export interface TokenOwner {
  login: string
  id: number
  scopes: string[]
}

export type Answer = (request: Request) => Promise<Response>

/** Sends one event to the hooks of a repository: emulate's own signature. */
export type Deliver = (
  event: string,
  action: string | undefined,
  payload: unknown,
  owner: string,
  repo?: string,
) => Promise<void>

interface HookSubscription {
  id: number
  url: string
  events: string[]
  active: boolean
  secret?: string
  owner: string
  repo?: string
}

export interface HookDispatcher {
  dispatch: Deliver
  register(subscription: HookSubscription): unknown
  setHeaderFactory(
    factory: (delivery: {
      event: string
      body: string
      subscription: Readonly<HookSubscription>
      deliveryId: number
    }) => Record<string, string>,
  ): void
}

export interface EmulatorParts {
  rows: GithubRows
  store: { snapshot(): unknown; restore(snapshot: unknown): void }
  tokens: Map<string, TokenOwner>
  hooks: HookDispatcher
  /** emulate's own answers and deliveries, before anything is put around them. */
  answer: Answer
  deliver: Deliver
  baseUrl: string
}

interface HttpApp {
  fetch: Answer
}

interface GithubPlugin {
  register(
    app: HttpApp,
    store: EmulatorParts['store'],
    hooks: HookDispatcher,
    baseUrl: string,
    tokens: Map<string, TokenOwner>,
  ): void
}

/**
 * emulate's public API starts a server but keeps its store to itself, and its seed knows neither dates nor issues,
 * pull requests or Actions. `createEmulator` loads its GitHub from this chunk, so importing the same file gives the
 * same plugin object, whose `register` is handed everything. The package is pinned to exactly 0.12.2; should the
 * chunk be missing, `openEmulator` says so.
 */
const GITHUB_CHUNK = './dist-DWLNEG6M.js'

export interface OpenEmulatorOptions {
  /** 0 for any free port. Always bound to 127.0.0.1. */
  port: number
  oauthApp: { client_id: string; client_secret: string; name: string; redirect_uris: string[] }
  /** Called once, before the first request; what it returns answers and delivers from then on. */
  around(parts: EmulatorParts): { answer: Answer; deliver: Deliver }
}

/** Starts emulate's GitHub in this process and hands over its parts. Throws `unavailable` without the package. */
export async function openEmulator({ port, oauthApp, around }: OpenEmulatorOptions) {
  const { createEmulator, plugin, getRows } = await importEmulate()
  const register = plugin.register
  plugin.register = (app, store, hooks, baseUrl, tokens) => {
    const answer = app.fetch
    const deliver = hooks.dispatch.bind(hooks)
    const parts = { rows: getRows(store), store, tokens, hooks, answer, deliver, baseUrl }
    const wrapped = around(parts)
    app.fetch = wrapped.answer
    hooks.dispatch = wrapped.deliver
    register.call(plugin, app, store, hooks, baseUrl, tokens)
  }
  try {
    return await createEmulator({
      service: 'github',
      port,
      hostname: '127.0.0.1',
      seed: { tokens: {}, github: { oauth_apps: [oauthApp] } },
    })
  } finally {
    plugin.register = register
  }
}

/** Whether the local GitHub can be started here: emulate is a development dependency. */
export function localGithubInstalled(): boolean {
  try {
    return import.meta.resolve('emulate').length > 0
  } catch {
    return false
  }
}

async function importEmulate() {
  try {
    const { createEmulator } = await import('emulate')
    const chunk = new URL(GITHUB_CHUNK, import.meta.resolve('emulate'))
    const { githubPlugin, getGitHubStore } = (await import(chunk.href)) as {
      githubPlugin: GithubPlugin
      getGitHubStore(store: EmulatorParts['store']): GithubRows
    }
    return { createEmulator, plugin: githubPlugin, getRows: getGitHubStore }
  } catch (cause) {
    throw coded('unavailable', 'The local GitHub needs the npm package emulate@0.12.2: run npm ci.', {
      cause,
    })
  }
}
