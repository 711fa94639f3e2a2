import { createHash } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { returnPath } from '../../src/http/return-path.ts'
import { readCredential } from '../../src/store/credentials.ts'
import { ensureSetupToken } from '../../src/store/setup-token.ts'
import { allowOnGithub, beginSignIn, comeBack, signInThroughGithub } from '../support/github-sign-in.ts'
import { dialects } from '../support/temp-store.ts'
import { openTestApp, publicUrl } from '../support/test-app.ts'

const minute = 60_000
let github: LocalGithub

beforeAll(async () => {
  github = await startLocalGithub({
    callbackUrls: [`${publicUrl}/auth/github/callback`],
    log: pino({ level: 'silent' }),
  })
})
afterAll(() => github?.close())

describe('signing in through GitHub', () => {
  test('makes a user of the account, seals its token, begins the first sync and comes back', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const [person] = github.people
    const answer = await signInThroughGithub(hub, {
      login: person!.login,
      query: '?return_to=/runs%3Fstatus=queued',
    })
    expect(answer.statusCode).toBe(302)
    expect(answer.headers.location).toBe(`${publicUrl}/runs?status=queued`)

    const user = await hub.store.read.selectFrom('users').selectAll().executeTakeFirstOrThrow()
    expect(user).toMatchObject({ host: new URL(github.url).host, login: person!.login, role: 'member' })
    const credential = await readCredential(hub.store.read, hub.deps.sealer, user.id)
    expect(credential).toMatchObject({ token: expect.stringMatching(/^gho_/), invalid: false })
    const tables = await Promise.all(
      (['credentials', 'audit', 'changes', 'tasks'] as const).map((table) =>
        hub.store.read.selectFrom(table).selectAll().execute(),
      ),
    )
    expect(JSON.stringify(tables) + hub.logged.join('')).not.toContain(credential!.token)
    expect(await hub.store.read.selectFrom('tasks').select(['kind', 'payload']).execute()).toEqual([
      { kind: 'sync-account', payload: expect.stringContaining(user.id) },
    ])
  })

  test('again is the same user, with the newer token', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const login = github.people[1]!.login
    const tokens = []
    for (const _ of [1, 2]) {
      await signInThroughGithub(hub, { login })
      const users = await hub.store.read.selectFrom('users').select('id').execute()
      expect(users).toHaveLength(1)
      tokens.push((await readCredential(hub.store.read, hub.deps.sealer, users[0]!.id))!.token)
    }
    expect(new Set(tokens).size).toBe(2)
  })

  test('sends to GitHub with PKCE and a redirect that no header can bend', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    const { answer, location } = await beginSignIn(hub, { headers, query: '?login=mara-lindqvist' })
    expect(location.origin).toBe(new URL(github.url).origin)
    const query = Object.fromEntries(location.searchParams)
    expect(query).toMatchObject({
      client_id: github.clientId,
      redirect_uri: `${publicUrl}/auth/github/callback`,
      code_challenge_method: 'S256',
      login: 'mara-lindqvist',
    })
    expect(Buffer.from(query.state!, 'base64url')).toHaveLength(32)
    const row = await hub.store.read.selectFrom('oauth_states').selectAll().executeTakeFirstOrThrow()
    expect(query.code_challenge).toBe(createHash('sha256').update(row.verifier).digest('base64url'))
    expect(JSON.stringify(row)).not.toContain(query.state)
    expect(String(answer.headers['set-cookie']).split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=600',
      'Path=/',
      'SameSite=Lax',
    ])
  })

  test('declined on GitHub: back to the sign-in page, kindly', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const { cookie, location } = await beginSignIn(hub)
    const state = location.searchParams.get('state')
    const answer = await comeBack(hub, { cookie, query: `?error=access_denied&state=${state}` })
    expect(answer.headers.location).toBe(`${publicUrl}/sign-in?error=access_denied`)
  })

  test('with a code that GitHub does not know: back to the sign-in page', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const { cookie, location } = await beginSignIn(hub)
    const answer = await comeBack(hub, {
      cookie,
      query: `?code=made-up&state=${location.searchParams.get('state')}`,
    })
    expect(answer.headers.location).toBe(`${publicUrl}/sign-in?error=github_unauthorized`)
    expect(await hub.store.read.selectFrom('users').select('id').execute()).toEqual([])
  })

  test('by a disabled person: back to the sign-in page, without a session', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const login = github.people[0]!.login
    await signInThroughGithub(hub, { login })
    await hub.store.write((tx) => tx.updateTable('users').set({ disabled_at: 1 }).execute())
    const answer = await signInThroughGithub(hub, { login })
    expect(answer.headers.location).toBe(`${publicUrl}/sign-in?error=forbidden`)
    expect(String(answer.headers['set-cookie'])).not.toContain('cldcde_refresh')
  })

  test('without an OAuth app: back to the sign-in page', async () => {
    await using hub = await openTestApp({ localGithub: github, oauthApp: async () => null })
    expect((await beginSignIn(hub)).answer.headers.location).toBe(`${publicUrl}/sign-in?error=not_configured`)
  })
})

describe('the state', () => {
  /** Allows once, then comes back as `bend` says; the code must stay unused when the hub refuses. */
  const attempt = async (
    bend: (sent: { cookie: string; query: string }) => { cookie?: string; query: string; advance?: number },
  ) => {
    const hub = await openTestApp({ localGithub: github })
    const begun = await beginSignIn(hub)
    const query = await allowOnGithub(begun.location, github.people[0]!.login)
    const bent = bend({ cookie: begun.cookie, query })
    hub.advance(bent.advance ?? 0)
    const requests: unknown[] = []
    hub.deps.events.on('github.answered', (event) => requests.push(event))
    const answer = await comeBack(hub, bent)
    const users = await hub.store.read.selectFrom('users').select('id').execute()
    await hub[Symbol.asyncDispose]()
    return { answer, users, requests }
  }

  test.each([
    [
      'of another browser',
      ({ query }: { query: string }) => ({ cookie: `cldcde_signin=${'x'.repeat(43)}`, query }),
    ],
    ['without the cookie', ({ query }: { query: string }) => ({ query })],
    [
      'changed',
      ({ cookie, query }: { cookie: string; query: string }) => ({
        cookie,
        query: query.replace(/state=[^&]*/, 'state=made-up'),
      }),
    ],
    [
      'missing',
      ({ cookie, query }: { cookie: string; query: string }) => ({
        cookie,
        query: query.replace(/&?state=[^&]*/, ''),
      }),
    ],
    [
      'twice',
      ({ cookie, query }: { cookie: string; query: string }) => ({ cookie, query: `${query}&state=other` }),
    ],
    [
      'after ten minutes',
      ({ cookie, query }: { cookie: string; query: string }) => ({ cookie, query, advance: 10 * minute }),
    ],
  ])('%s: 400, and GitHub is not asked for a token', async (_, bend) => {
    const { answer, users, requests } = await attempt(bend)
    expect(answer.json()).toMatchObject({ status: 400 })
    expect(users).toEqual([])
    expect(requests).toEqual([])
  })

  test('works until just before ten minutes', async () => {
    const { answer } = await attempt((sent) => ({ ...sent, advance: 10 * minute - 1000 }))
    expect(answer.headers.location).toBe(`${publicUrl}/`)
  })

  test('works once: a replay is 400, to a browser as a page with the way back', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const { cookie, location } = await beginSignIn(hub)
    const query = await allowOnGithub(location, github.people[0]!.login)
    const answers = await Promise.all([1, 2, 3].map(() => comeBack(hub, { cookie, query })))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([302, 400, 400])

    const page = await comeBack(hub, { cookie, query, headers: { accept: 'text/html' } })
    expect(page.statusCode).toBe(400)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('href="/sign-in"')
  })
})

describe('owning the hub', () => {
  const countOwners = async (hub: Awaited<ReturnType<typeof openTestApp>>) =>
    (await hub.store.read.selectFrom('users').select('id').where('role', '=', 'owner').execute()).length

  test('50 first sign-ins at once without the set-up token: no owner', async () => {
    await using hub = await openTestApp({ localGithub: github })
    await ensureSetupToken(hub.store)
    await signInMany(hub, 50, '')
    expect(await countOwners(hub)).toBe(0)
  })

  test.each(dialects)('50 first sign-ins at once with it: one owner (%s)', async (dialect) => {
    await using hub = await openTestApp({ localGithub: github, dialect })
    const token = await ensureSetupToken(hub.store)
    await signInMany(hub, 50, `?setup=${token}`)
    expect(await countOwners(hub)).toBe(1)
    expect((await beginSignIn(hub, { query: `?setup=${token}` })).answer.headers.location).toBe(
      `${publicUrl}/sign-in?error=setup_token`,
    )
    expect(await ensureSetupToken(hub.store)).toBeNull()
  })

  test('a wrong or replaced token leads nowhere and is noted', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const replaced = await ensureSetupToken(hub.store)
    await ensureSetupToken(hub.store)
    for (const token of ['guess', '', replaced]) {
      const { answer } = await beginSignIn(hub, { query: `?setup=${token}` })
      expect(answer.headers.location).toBe(`${publicUrl}/sign-in?error=setup_token`)
    }
    expect(await hub.store.read.selectFrom('audit').select('action').execute()).toHaveLength(3)
  })

  /** All begin, all allow, then all come back at the same moment. */
  async function signInMany(hub: Awaited<ReturnType<typeof openTestApp>>, count: number, query: string) {
    const sent = []
    for (let i = 0; i < count; i++) {
      const { cookie, location } = await beginSignIn(hub, { query })
      const login = github.people[i % github.people.length]!.login
      sent.push({ cookie, query: await allowOnGithub(location, login) })
    }
    const answers = await Promise.all(sent.map((one) => comeBack(hub, one)))
    expect(answers.map(({ headers }) => headers.location)).toEqual(answers.map(() => `${publicUrl}/`))
  }
})

describe('the way back', () => {
  test.each([
    ['/runs/7?x=1#log', '/runs/7?x=1#log'],
    ['/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['\\/evil.example', '/'],
    ['https:evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/\t/evil.example', '/'],
    ['/\n/evil.example', '/'],
    ['/.//evil.example', '/'],
    ['/x/..//evil.example', '/'],
    ['runs', '/'],
    ['', '/'],
    [undefined, '/'],
  ])('%j → %s', (wanted, path) => {
    expect(returnPath(wanted)).toBe(path)
  })
})
