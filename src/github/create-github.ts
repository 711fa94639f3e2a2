import type { Logger } from 'pino'
import { fieldsOf, integerIn, optionalTextIn, textIn } from '../domain/mirror/fields.ts'
import type { Events } from '../events.ts'
import type { GithubClient } from './create-client.ts'
import { type Fetch, guardFetch } from './guarded-fetch.ts'
import { createDownloads, type OpenDownload } from './job-log.ts'
import { createOauth, type Oauth } from './oauth.ts'

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
}

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

  /** Octokit is loaded for the first call: a hub that nobody has connected yet makes none. */
  const clientOf = (token: string, userId: string | null): GithubClient => {
    const client = { token, userId, apiUrl, fetch: apiFetch, events, log, clock, retryPauseMs }
    let made: Promise<GithubClient> | undefined
    const request = async (...call: Parameters<GithubClient['request']>) => {
      made ??= import('./create-client.ts').then(({ createClient }) => createClient(client))
      return (await made).request(...call)
    }
    return { request: request as GithubClient['request'] } // Octokit's has properties that no caller may use
  }

  return {
    webUrl,
    apiUrl,
    oauth: createOauth({ webUrl, fetch: webFetch }),
    download: createDownloads({ apiUrl, fetch: guard.fetch }),
    async viewer(token, signal) {
      const client = clientOf(token, null)
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
    forToken(token, { userId }) {
      const known = clients.get(userId)
      if (known?.token === token) return known.client
      const client = clientOf(token, userId)
      clients.set(userId, { token, client })
      return client
    },
  }
}
