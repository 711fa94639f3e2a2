import { coded } from '../errors.ts'
import type { Fetch } from './guarded-fetch.ts'

/**
 * `repo` is the one scope that reads private repositories; it also covers what the hub does there: comments, labels,
 * and the webhooks that keep the mirror live. The person's name and id need no scope. Nothing else is asked for.
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
 */
const oauthScopes = 'repo'

interface Authorization {
  clientId: string
  /** Comes back unchanged, so that the callback knows the browser that asked. */
  state: string
  /** PKCE: base64url of SHA-256 of the verifier. */
  challenge: string
  redirectUri: string
  /** An account to suggest. */
  login?: string | undefined
}

interface Exchange {
  clientId: string
  clientSecret: string
  code: string
  /** PKCE: what the challenge was made of. */
  verifier: string
  redirectUri: string
}

export interface Oauth {
  /** The page of GitHub where a person allows the hub to act for them. */
  authorizeUrl(request: Authorization): string
  /** Gives the code of the callback for a token; throws `github_unauthorized` when GitHub does not take it. */
  exchange(request: Exchange): Promise<{ token: string; scopes: string }>
}

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#web-application-flow */
export function createOauth({ webUrl, fetch }: { webUrl: string; fetch: Fetch }): Oauth {
  return {
    authorizeUrl({ clientId, state, challenge, redirectUri, login }) {
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: oauthScopes,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...(login ? { login } : {}),
      })
      return `${webUrl}/login/oauth/authorize?${query}`
    },
    async exchange({ clientId, clientSecret, code, verifier, redirectUri }) {
      const response = await fetch(`${webUrl}/login/oauth/access_token`, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify({
          client_id: clientId,
          client_secret: clientSecret,
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
        }),
      })
      const answer = await objectOf(response)
      if (typeof answer.access_token === 'string' && answer.access_token !== '') {
        return { token: answer.access_token, scopes: typeof answer.scope === 'string' ? answer.scope : '' }
      }
      if (typeof answer.error === 'string') {
        const why = String(answer.error_description ?? answer.error).slice(0, 300)
        throw coded('github_unauthorized', `GitHub did not accept this sign-in: ${why}`)
      }
      throw coded('github_malformed', 'GitHub answered the sign-in with neither a token nor an error.')
    },
  }
}

async function objectOf(response: Response): Promise<Record<string, unknown>> {
  if (response.status >= 500)
    throw coded('github_unavailable', `GitHub answered ${response.status} to the sign-in.`)
  const body: unknown = await response.json().catch(() => null)
  if (typeof body !== 'object' || body === null) {
    throw coded('github_malformed', `GitHub answered the sign-in with ${response.status} and no JSON.`)
  }
  return body as Record<string, unknown>
}
