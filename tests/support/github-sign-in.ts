import { cookieOf, nextAddress, type TestApp } from './test-app.ts'

type Headers = Record<string, string>

/** Clicks "Sign in with GitHub": the way to GitHub, and the cookie that ties it to this browser. */
export async function beginSignIn(
  hub: TestApp,
  { query = '', headers }: { query?: string; headers?: Headers } = {},
) {
  const answer = await hub.ask({ url: `/auth/github${query}`, headers, remoteAddress: nextAddress() })
  return { answer, location: new URL(String(answer.headers.location)), cookie: cookieOf(answer) }
}

/** Chooses a person on the local GitHub's sign-in page; returns the query that it sends the browser back with. */
export async function allowOnGithub(location: URL, login: string): Promise<string> {
  await fetch(location)
  const fields = Object.fromEntries(location.searchParams)
  const answer = await fetch(new URL('/login/oauth/callback', location), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...fields, login }),
  })
  const back = answer.headers.get('location')
  if (!back) throw new Error(`the local GitHub answered ${answer.status}: ${await answer.text()}`)
  return new URL(back).search
}

/** Comes back from GitHub. */
export function comeBack(hub: TestApp, input: { query: string; cookie?: string; headers?: Headers }) {
  const { query, cookie, headers } = input
  return hub.ask({
    url: `/auth/github/callback${query}`,
    headers: { ...(cookie ? { cookie } : {}), ...headers },
    remoteAddress: nextAddress(),
  })
}

/** The whole way, as a person who allows it. */
export async function signInThroughGithub(
  hub: TestApp,
  { login, query = '' }: { login: string; query?: string },
) {
  const { location, cookie } = await beginSignIn(hub, { query })
  return comeBack(hub, { cookie, query: await allowOnGithub(location, login) })
}
