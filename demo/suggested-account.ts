import type { Answer } from './emulate.ts'

/**
 * Takes the `login` of an authorize address, which suggests an account, for the click on it: whoever came from the
 * hub's list of people has chosen already. Without it, or with a login that nobody has, the page asks as ever.
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#parameters
 */
export function acceptSuggestedAccount(answer: Answer, logins: readonly string[]): Answer {
  return async (request) => {
    const page = await answer(request)
    const { pathname, searchParams, origin } = new URL(request.url)
    const isKnown = logins.includes(searchParams.get('login') ?? '')
    // Only where the page would have asked: an unknown app or address is refused there.
    if (pathname !== '/login/oauth/authorize' || !isKnown || !page.ok) return page
    const choice = new URLSearchParams()
    for (const name of ['login', 'redirect_uri', 'scope', 'state', 'client_id']) {
      choice.set(name, searchParams.get(name) ?? '')
    }
    return answer(new Request(`${origin}/login/oauth/callback`, { method: 'POST', body: choice }))
  }
}
