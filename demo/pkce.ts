import { createHash } from 'node:crypto'
import type { Answer } from './emulate.ts'

/** Sign-ins under way that are remembered; the oldest are forgotten. */
const MOST = 100

/**
 * Puts PKCE (RFC 7636, S256) around emulate's sign-in, which accepts `code_challenge` and never compares it: a code
 * that was asked for with a challenge is exchanged only with its verifier, as on GitHub.
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export function requirePkce(answer: Answer): Answer {
  const challengeOfState = new Map<string, string>()
  const challengeOfCode = new Map<string, string>()

  return async (request) => {
    const url = new URL(request.url)
    if (url.pathname === '/login/oauth/authorize') {
      const challenge = url.searchParams.get('code_challenge')
      if (challenge && url.searchParams.get('code_challenge_method') !== 'S256') {
        return new Response('code_challenge_method must be S256', { status: 400 })
      }
      if (challenge) remember(challengeOfState, url.searchParams.get('state') ?? '', challenge)
      return answer(request)
    }
    if (url.pathname === '/login/oauth/callback') {
      const response = await answer(request)
      const back = URL.parse(response.headers.get('location') ?? '')?.searchParams
      const challenge = challengeOfState.get(back?.get('state') ?? '')
      if (challenge) remember(challengeOfCode, back?.get('code') ?? '', challenge)
      return response
    }
    if (url.pathname === '/login/oauth/access_token') {
      const form = await readForm(request.clone())
      const challenge = challengeOfCode.get(form.code ?? '')
      const answered = createHash('sha256')
        .update(form.code_verifier ?? '')
        .digest('base64url')
      if (challenge && challenge !== answered) {
        const error_description = 'The code_verifier does not belong to the code.'
        return Response.json({ error: 'bad_verification_code', error_description })
      }
    }
    return answer(request)
  }
}

function remember(map: Map<string, string>, key: string, value: string): void {
  map.set(key, value)
  if (map.size > MOST) map.delete(map.keys().next().value ?? '')
}

async function readForm(request: Request): Promise<Record<string, string>> {
  if (!request.headers.get('content-type')?.includes('json')) {
    return Object.fromEntries(new URLSearchParams(await request.text()))
  }
  return (await request.json().catch(() => ({}))) as Record<string, string>
}
