import type { Logger } from 'pino'
import { fieldsOf, integerIn, optionalTextIn, textIn } from '../domain/mirror/fields.ts'
import type { Events } from '../events.ts'
import type { GithubClient } from './create-client.ts'
import { createDownloads, type OpenDownload } from './downloads.ts'
import { type Fetch, guardFetch } from './guarded-fetch.ts'
import { createOauth, type Oauth } from './oauth.ts'
import { type Api, createQuota, type Quota } from './quota.ts'

export type { GithubClient } from './create-client.ts'

/** Who a token belongs to. */
export interface GithubViewer {
  id: number
  login: string
  name: string | null
  avatar_url: string | null
  html_url: string | null
  /** As GitHub lists them; empty for fine-grained tokens, which have permissions instead. */
  scopes: string
}

export interface Github {
  /** Where people look, and where the API is: `https://github.com` and `https://api.github.com`, or one's own server. */
  readonly webUrl: string
  readonly apiUrl: string
  readonly oauth: Oauth
  /** Asks GitHub whose token it is; throws `github_unauthorized` for a token that GitHub does not know. */
  viewer(token: string, signal?: AbortSignal): Promise<GithubViewer>
  /** The API in a user's name. A user's calls share one pace and one memory of what GitHub asked to wait for. */
  forToken(token: string, user: { userId: string }): GithubClient
  /** What GitHub leads to instead of answering: logs and archives. */
  download: OpenDownload
  /**
   * The same for the hub's own work, which leaves a tenth of the user's quota to what people do; `isUrgent` for what
   * they wait for.
   */
  forBackground(token: string, user: { userId: string }, how?: { isUrgent?: boolean }): GithubClient
}

interface GithubOptions {
  webUrl: string
  /** GitHub Enterprise Server: `https://HOST/api/v3`. */
  apiUrl: string
  events: Events
  log: Logger
  clock?: () => number
  fetch?: Fetch
  timeoutMs?: number
  maxBytes?: number
  retryPauseMs?: number
  /** Points a minute that are sent at most in one person's name; what GitHub documents, without. */
  mostAMinute?: Readonly<Record<Api, number>>
}

/** Whose work a client is for. */
interface Work {
  isBackground: boolean
  isUrgent: boolean
}

const ofPeople: Work = { isBackground: false, isUrgent: false }

/** Makes the hub's only way to GitHub. Credentials go to the two configured hosts and nowhere else. */
export function createGithub(options: GithubOptions): Github {
  const { webUrl, apiUrl, events, log, clock = Date.now, retryPauseMs = 1000 } = options
  const guard = {
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs: options.timeoutMs ?? 20_000,
    maxBytes: options.maxBytes ?? 32 * 2 ** 20,
  }
  const apiFetch = guardFetch({ ...guard, origins: [new URL(apiUrl).origin] })
  const webFetch = guardFetch({ ...guard, origins: [new URL(webUrl).origin] })
  const clients = new Map<string, { token: string; client: GithubClient }>()
  const quotas = new Map<string, Quota>()

  const quotaOf = (userId: string): Quota => {
    const quota = quotas.get(userId) ?? createQuota({ clock, mostAMinute: options.mostAMinute })
    quotas.set(userId, quota)
    return quota
  }

  /** Octokit is loaded for the first call: a hub that nobody has connected yet makes none. */
  const clientOf = (token: string, userId: string | null, work: Work): GithubClient => {
    const quota = userId === null ? createQuota({ clock, mostAMinute: options.mostAMinute }) : quotaOf(userId)
    const of = { token, userId, quota, ...work }
    const client = { ...of, apiUrl, fetch: apiFetch, events, log, clock, retryPauseMs }
    let made: Promise<GithubClient> | undefined
    const make = () => {
      made ??= import('./create-client.ts').then(({ createClient }) => createClient(client))
      return made
    }
    const request = async (...call: Parameters<GithubClient['request']>) => (await make()).request(...call)
    return {
      request: request as GithubClient['request'], // Octokit's has properties that no caller may use
      graphql: async (query) => (await make()).graphql(query),
    }
  }

  /** A user's client of one sort; a new token takes the place of the old one. */
  const keptClient = (token: string, userId: string, work: Work): GithubClient => {
    const name = `${userId} ${work.isBackground} ${work.isUrgent}`
    const known = clients.get(name)
    if (known?.token === token) return known.client
    const client = clientOf(token, userId, work)
    clients.set(name, { token, client })
    return client
  }

  return {
    webUrl,
    apiUrl,
    oauth: createOauth({ webUrl, fetch: webFetch }),
    download: createDownloads({ webUrl, apiUrl, fetch: guard.fetch }),
    async viewer(token, signal) {
      const client = clientOf(token, null, ofPeople)
      const { data, headers } = await client.request('GET /user', signal && { request: { signal } })
      const user = fieldsOf(data, 'user')
      return {
        id: integerIn(user, 'id'),
        login: textIn(user, 'login'),
        name: optionalTextIn(user, 'name'),
        avatar_url: optionalTextIn(user, 'avatar_url'),
        html_url: optionalTextIn(user, 'html_url'),
        scopes: headers['x-oauth-scopes'] ?? '',
      }
    },
    forToken: (token, { userId }) => keptClient(token, userId, ofPeople),
    forBackground: (token, { userId }, { isUrgent = false } = {}) =>
      keptClient(token, userId, { isBackground: true, isUrgent }),
  }
}
