import type { Logger } from 'pino'
import type { Setup } from '../../contract/identity.ts'
import type { Stats } from '../../contract/live.ts'
import type { CommandPolicy } from '../domain/may-run-commands.ts'
import type { Retention } from '../domain/retention.ts'
import type { Engine } from '../engine/create-engine.ts'
import type { Events } from '../events.ts'
import type { Github } from '../github/create-github.ts'
import type { LiveSockets } from '../live/sockets.ts'
import type { Queue } from '../queue/queue.ts'
import type { Sealer } from '../store/sealing.ts'
import type { OauthApp } from '../store/settings.ts'
import type { Store } from '../store/store.ts'

/** What the HTTP room is given by the composition root. */
export interface HttpDeps {
  store: Store
  queue: Queue
  engine: Engine
  github: Github
  sealer: Sealer
  live: LiveSockets
  events: Events
  log: Logger
  clock: () => number
  /** Where people reach the hub, without a trailing slash; the only base of redirects and cookies. */
  publicUrl: string
  /** Current and previous webhook secrets; empty: the route answers 503. */
  webhookSecrets: () => readonly string[]
  /** Who the hub is on GitHub when people sign in: configured, entered on the set-up page, or the demo's. */
  oauthApp: () => Promise<OauthApp | null>
  /** Signs access tokens; at least 32 bytes, derived from the master key. */
  jwtKey: Uint8Array
  /** The login of single-user mode's person, when the hub runs so. */
  singleUser: () => { userId: string } | null
  defaultRole: 'member' | 'viewer'
  /** Whose workflows may run commands. */
  commandPolicy: CommandPolicy
  stats: () => Stats
  /** For how long what is kept. */
  retention: Retention
  demo: {
    status: () => Setup['demo']
    /** Begins to start the local GitHub; `status` tells when people can sign in. */
    start: () => Promise<void>
  }
  /** Folder of the built web app; null: the API only. */
  webRoot: string | null
  metricsToken: string | null
  /** Reads the figures in Prometheus' text format. */
  metrics: () => Promise<{ contentType: string; body: string }>
}
