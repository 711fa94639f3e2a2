import type { Logger } from 'pino'
import type { Events } from '../events.ts'
import type { Github } from '../github/create-github.ts'
import type { Queue } from '../queue/queue.ts'
import type { GithubTokens } from '../store/github-tokens.ts'
import type { Db, Store } from '../store/store.ts'

/** A webhook that was applied, for whoever starts workflows on it. */
export interface DeliveredEvent {
  event: string
  action: string | null
  payload: Record<string, unknown>
  deliveryId: string
  /** null where the webhook is of no repository. */
  repositoryId: number | null
  /** `owner/name` */
  repository: string | null
  actor: string | null
  receivedAt: number
}

/** Starts, in the delivery's own transaction, the runs whose triggers match. */
export type StartRuns = (tx: Db, event: DeliveredEvent) => Promise<void>

/** What the tasks of the mirror are given by the composition root. */
export interface MirrorTaskDeps {
  store: Store
  enqueue: Queue['enqueue']
  github: Github
  tokens: GithubTokens
  events: Events
  log: Logger
  clock: () => number
  startRuns: StartRuns
  /** Where GitHub can reach this hub's webhook route, and the secret to sign with; null: nowhere, as on a laptop. */
  webhook: () => { url: string; secret: string } | null
}
