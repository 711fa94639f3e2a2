import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { readOauthApp } from '../../src/store/settings.ts'
import { ensureSetupToken } from '../../src/store/setup-token.ts'
import { createSignInLink } from '../../src/store/tickets.ts'
import { openTestApp, publicUrl, signedIn, type TestApp } from '../support/test-app.ts'

let github: LocalGithub

beforeAll(async () => {
  github = await startLocalGithub({
    callbackUrls: [`${publicUrl}/auth/github/callback`],
    log: pino({ level: 'silent' }),
  })
})
afterAll(() => github?.close())

const post = (hub: TestApp, url: string, payload: object, headers = {}) =>
  hub.ask({ method: 'POST', url, payload, headers })

test('what the sign-in page learns, without being signed in', async () => {
  await using hub = await openTestApp({ localGithub: github })
  const setup = async () => (await hub.ask({ url: '/api/v1/setup' })).json()
  expect(await setup()).toEqual({
    owned: false,
    sign_in: 'oauth',
    github_url: github.url,
    public_url: publicUrl,
    demo: { running: false, available: false, people: [] },
  })
  await hub.signIn({ role: 'owner' })
  expect(await setup()).toMatchObject({ owned: true })

  await using alone = await openTestApp({ singleUser: () => ({ userId: 'x' }) })
  expect((await alone.ask({ url: '/api/v1/setup' })).json()).toMatchObject({ sign_in: 'single-user' })
  await using fresh = await openTestApp()
  expect((await fresh.ask({ url: '/api/v1/setup' })).json()).toMatchObject({ sign_in: 'none' })
})

describe('with a GitHub token', () => {
  test('its person owns the hub and is signed in; the set-up token is spent', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const setup_token = await ensureSetupToken(hub.store)
    const [person] = github.people
    const answer = await post(hub, '/setup/token', { setup_token, github_token: person!.token })
    const owner = signedIn(answer)
    expect(answer.json().user).toMatchObject({ login: person!.login, role: 'owner', github: 'connected' })
    expect((await hub.ask({ url: '/api/v1/audit', as: owner })).json()).toMatchObject([
      { action: 'session.started', actor: person!.login },
      { action: 'hub.owned', actor: person!.login },
    ])
    const again = await post(hub, '/setup/token', { setup_token, github_token: github.people[1]!.token })
    expect(again.json()).toMatchObject({ status: 403, code: 'forbidden' })
  })

  test('that GitHub does not take: 400, and the set-up token is kept', async () => {
    await using hub = await openTestApp({ localGithub: github })
    const setup_token = await ensureSetupToken(hub.store)
    const wrong = await post(hub, '/setup/token', { setup_token, github_token: 'ghp_wrong' })
    expect(wrong.json()).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(hub.logged.join('')).not.toContain('ghp_wrong')
    signedIn(await post(hub, '/setup/token', { setup_token, github_token: github.people[0]!.token }))
  })

  test('while GitHub cannot be reached: a problem that says so', async () => {
    await using hub = await openTestApp()
    const setup_token = await ensureSetupToken(hub.store)
    const answer = await post(hub, '/setup/token', { setup_token, github_token: 'ghp_any' })
    expect(answer.json()).toMatchObject({ status: 502, code: 'github_unavailable' })
  })
})

test('an OAuth app is kept with its secret sealed', async () => {
  await using hub = await openTestApp()
  const setup_token = await ensureSetupToken(hub.store)
  const app = { client_id: 'Iv1.hub', client_secret: 'hush-hush' }
  expect((await post(hub, '/setup/github', { setup_token, ...app })).statusCode).toBe(200)
  expect(await readOauthApp(hub.store.read, hub.deps.sealer)).toEqual({
    clientId: 'Iv1.hub',
    clientSecret: 'hush-hush',
  })
  const stored = await hub.store.read.selectFrom('settings').selectAll().execute()
  expect(JSON.stringify(stored) + hub.logged.join('')).not.toContain('hush-hush')
})

test('the demo starts at a press of a button, once', async () => {
  let running = false
  let starts = 0
  await using hub = await openTestApp({
    demo: {
      status: () => ({ running, available: !running, people: [] }),
      start: async () => {
        starts += 1
        running = true
      },
    },
  })
  const setup_token = await ensureSetupToken(hub.store)
  expect((await post(hub, '/setup/demo', { setup_token })).statusCode).toBe(202)
  const again = await post(hub, '/setup/demo', { setup_token })
  expect(again.statusCode).toBe(200)
  expect(again.json()).toMatchObject({ demo: { running: true } })
  expect(starts).toBe(1)
  await using without = await openTestApp()
  const answer = await post(without, '/setup/demo', { setup_token: await ensureSetupToken(without.store) })
  expect(answer.json()).toMatchObject({ status: 409, code: 'conflict' })
})

const doors = {
  '/setup/github': { client_id: 'x', client_secret: 'y' },
  '/setup/token': { github_token: 'x' },
  '/setup/demo': {},
}

describe('each door', () => {
  test.each(Object.entries(doors))(
    '%s is shut without the set-up token, and for other sites',
    async (url, payload) => {
      await using hub = await openTestApp({ localGithub: github })
      const setup_token = await ensureSetupToken(hub.store)
      for (const guess of ['', 'x'.repeat(43), setup_token!.toLowerCase()]) {
        expect((await post(hub, url, { setup_token: guess, ...payload })).statusCode).toBe(403)
      }
      const foreign = await post(hub, url, { setup_token, ...payload }, { origin: 'https://evil.example' })
      expect(foreign.json()).toMatchObject({ status: 403, code: 'foreign_origin' })
      expect((await post(hub, url, payload)).statusCode).toBe(400)
      const form = await hub.ask({
        method: 'POST',
        url,
        payload: 'a=b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(form.statusCode).toBe(415)
      expect(await hub.store.read.selectFrom('users').select('id').execute()).toEqual([])
    },
  )
})

test('once somebody owns the hub in another way, a set-up token that was not used opens no door', async () => {
  await using hub = await openTestApp({ localGithub: github })
  const setup_token = await ensureSetupToken(hub.store)
  await hub.signIn({ role: 'owner' })
  for (const [url, payload] of Object.entries(doors)) {
    expect((await post(hub, url, { setup_token, ...payload })).statusCode, url).toBe(403)
  }
  const answer = await hub.ask({ url: `/auth/github?setup=${setup_token}` })
  expect(answer.headers.location).toMatch(/error=setup_token$/)
})

describe('a one-time sign-in link', () => {
  test('works once, within the hour', async () => {
    await using hub = await openTestApp()
    const { userId } = await hub.signIn()
    const make = () =>
      hub.store.write((tx) => createSignInLink(tx, { userId, publicUrl, now: hub.deps.clock() }))
    const open = (link: string) => post(hub, '/auth/link', { token: new URL(link).searchParams.get('link') })
    const [used, late] = [await make(), await make()]
    expect(new URL(used).pathname).toBe('/sign-in')
    expect(
      (await Promise.all([open(used), open(used), open(used)])).map((one) => one.statusCode).sort(),
    ).toEqual([200, 401, 401])
    hub.advance(3_600_000)
    expect((await open(late)).statusCode).toBe(401)
  })
})
