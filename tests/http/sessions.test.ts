import { createSecretKey } from 'node:crypto'
import { SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { listAudit } from '../../src/store/audit.ts'
import { dialects } from '../support/temp-store.ts'
import { cookieOf, openTestApp, publicUrl, signedIn, type TestApp } from '../support/test-app.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

const statusOf = async (hub: TestApp, accessToken: string) =>
  (await hub.ask({ url: '/api/v1/me', as: { accessToken } })).statusCode

const actionsOf = async (hub: TestApp) =>
  (await listAudit(hub.store.read, { limit: 50 })).items.map(({ action, actor, detail }) => ({
    action,
    actor,
    ...JSON.parse(detail),
  }))

describe('refresh tokens', () => {
  test('are traded for the next one, and only their hashes are stored', async () => {
    await using hub = await openTestApp()
    const first = await hub.signIn()
    const second = signedIn(await hub.refresh(first.cookie))
    const third = signedIn(await hub.refresh(second.cookie))
    expect(new Set([first.cookie, second.cookie, third.cookie]).size).toBe(3)
    expect(await statusOf(hub, third.accessToken)).toBe(200)

    const stored = JSON.stringify(await hub.store.read.selectFrom('refresh_tokens').selectAll().execute())
    for (const { cookie } of [first, second, third]) expect(stored).not.toContain(cookie.split('=')[1])
  })

  test('used a second time: 401, the session is over for both, and the audit log says so', async () => {
    await using hub = await openTestApp()
    const ended: unknown[] = []
    hub.deps.events.on('session.revoked', (event) => ended.push(event))
    const thief = await hub.signIn()
    const owner = signedIn(await hub.refresh(thief.cookie))
    hub.advance(11 * second)

    const answer = await hub.refresh(thief.cookie)
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toMatchObject({ code: 'invalid_token' })
    expect(answer.headers['set-cookie']).toContain('Max-Age=0')
    expect((await hub.refresh(owner.cookie)).statusCode).toBe(401)
    expect(await statusOf(hub, owner.accessToken)).toBe(401)
    expect(ended).toEqual([{ userId: owner.userId, sessionId: expect.any(String) }])
    expect(await actionsOf(hub)).toContainEqual({
      action: 'session.revoked',
      actor: owner.login,
      reason: 'refresh token reused',
    })
  })

  test.each(dialects)(
    'an answer that got lost can be asked for again within ten seconds: the same one (%s)',
    async (dialect) => {
      await using hub = await openTestApp({ dialect })
      const { cookie } = await hub.signIn()
      const [lost, ...tabs] = await Promise.all(
        [cookie, cookie, cookie, cookie].map((one) => hub.refresh(one)),
      )
      hub.advance(9 * second)
      const again = signedIn(await hub.refresh(cookie))
      for (const answer of [lost!, ...tabs]) expect(cookieOf(answer)).toBe(again.cookie)
      expect(signedIn(await hub.refresh(again.cookie)).cookie).not.toBe(again.cookie)
    },
  )

  test('but not for the token before the last, even within those seconds', async () => {
    await using hub = await openTestApp()
    const grandparent = await hub.signIn()
    const parent = signedIn(await hub.refresh(grandparent.cookie))
    const child = signedIn(await hub.refresh(parent.cookie))
    expect((await hub.refresh(grandparent.cookie)).statusCode).toBe(401)
    expect((await hub.refresh(child.cookie)).statusCode).toBe(401)
  })

  test('end after 7 days unused and after 30 days in any case', async () => {
    await using hub = await openTestApp()
    const idle = await hub.signIn()
    let busy = await hub.signIn()
    hub.advance(7 * day - minute)
    busy = signedIn(await hub.refresh(busy.cookie))
    hub.advance(minute)
    expect((await hub.refresh(idle.cookie)).statusCode).toBe(401)
    for (const _ of [1, 2, 3]) {
      hub.advance(6 * day)
      busy = signedIn(await hub.refresh(busy.cookie))
    }
    hub.advance(5 * day)
    expect((await hub.refresh(busy.cookie)).statusCode).toBe(401)
  })

  test('of a person who was disabled behind the hub’s back: 401', async () => {
    await using hub = await openTestApp()
    const { cookie, accessToken } = await hub.signIn()
    await hub.store.write((tx) => tx.updateTable('users').set({ disabled_at: 1 }).execute())
    expect(await statusOf(hub, accessToken)).toBe(401)
    expect((await hub.refresh(cookie)).statusCode).toBe(401)
  })

  test('made up: 401; missing: nothing', async () => {
    await using hub = await openTestApp()
    expect((await hub.refresh(`cldcde_refresh=${'x'.repeat(43)}`)).statusCode).toBe(401)
    const missing = await hub.refresh('other=1')
    expect([missing.statusCode, missing.body]).toEqual([204, ''])
  })
})

describe('the refresh cookie', () => {
  test('is out of reach of scripts and of other sites', async () => {
    await using hub = await openTestApp()
    const { cookie } = await hub.signIn()
    const attributes = String((await hub.refresh(cookie)).headers['set-cookie']).split('; ')
    expect(attributes.slice(1).sort()).toEqual([
      'HttpOnly',
      `Max-Age=${30 * 86_400}`,
      'Path=/',
      'SameSite=Strict',
    ])
  })

  test('is a secure __Host- cookie over https', async () => {
    const https = 'https://hub.example'
    await using hub = await openTestApp({ publicUrl: https })
    const { cookie } = await hub.signIn()
    expect(cookie).toMatch(/^__Host-cldcde_refresh=[\w-]{43}$/)
    const answer = await hub.ask({
      method: 'POST',
      url: '/auth/refresh',
      headers: { cookie, origin: https },
      payload: {},
    })
    expect(String(answer.headers['set-cookie']).split('; ')).toContain('Secure')
  })

  const json = { 'content-type': 'application/json' }
  test.each([
    ['a foreign origin', { ...json, origin: 'https://evil.example' }, 403],
    ['no origin', json, 403],
    ['the origin null', { ...json, origin: 'null' }, 403],
    ['another port of this host', { ...json, origin: 'http://127.0.0.1:3001' }, 403],
    ['a form', { origin: publicUrl, 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', { origin: publicUrl, 'content-type': 'text/plain' }, 415],
    ['a type that only begins like JSON', { origin: publicUrl, 'content-type': 'application/json-x' }, 415],
    ['no type and no body', { origin: publicUrl }, 415],
  ])('does nothing for %s', async (_, headers, status) => {
    await using hub = await openTestApp()
    const { cookie, accessToken } = await hub.signIn()
    for (const url of ['/auth/refresh', '/auth/logout']) {
      const payload = 'content-type' in headers ? '{}' : undefined
      const answer = await hub.ask({ method: 'POST', url, headers: { cookie, ...headers }, payload })
      expect(answer.statusCode).toBe(status)
    }
    expect(await statusOf(hub, accessToken)).toBe(200)
    expect((await hub.refresh(cookie)).statusCode).toBe(200)
  })
})

describe('access tokens', () => {
  const claims = (hub: TestApp, sid: string, sub: string) => {
    const now = Math.floor(hub.deps.clock() / 1000)
    return { iss: publicUrl, aud: 'cldcde-api', sub, sid, iat: now, exp: now + 600 }
  }
  const header = { alg: 'HS256', typ: 'at+jwt', kid: 'access-1' }

  test('last ten minutes', async () => {
    await using hub = await openTestApp()
    const { accessToken } = await hub.signIn()
    hub.advance(10 * minute - second)
    expect(await statusOf(hub, accessToken)).toBe(200)
    hub.advance(2 * second)
    const answer = await hub.ask({ url: '/api/v1/me', as: { accessToken } })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
  })

  test('that we did not sign, or not for this, are refused', async () => {
    await using hub = await openTestApp()
    const { userId, cookie } = await hub.signIn()
    const { id: sid } = await hub.store.read.selectFrom('sessions').select('id').executeTakeFirstOrThrow()
    const good = claims(hub, sid, userId)
    const key = createSecretKey(hub.deps.jwtKey)
    const sign = (payload: object, protectedHeader: object = header, by = key) =>
      new SignJWT({ ...payload }).setProtectedHeader({ ...header, ...protectedHeader }).sign(by)
    expect(await statusOf(hub, await sign(good))).toBe(200)

    const body = Buffer.from(JSON.stringify(good)).toString('base64url')
    const swap = (alg: string) =>
      `${Buffer.from(JSON.stringify({ ...header, alg })).toString('base64url')}.${body}.AAAA`
    const forged = {
      'alg none': new UnsecuredJWT(good).encode(),
      'alg None': swap('None'),
      'alg RS256': swap('RS256'),
      'alg HS512': await sign(good, { alg: 'HS512' }, createSecretKey(Buffer.alloc(64, hub.deps.jwtKey))),
      'another key': await sign(good, {}, createSecretKey(Buffer.alloc(32, 7))),
      'a kid that is a path': await sign(good, { kid: '../../../dev/null' }),
      'a kid that is SQL': await sign(good, { kid: "' or 1=1 --" }),
      'a jku': await sign(good, { jku: 'https://evil.example/keys' }),
      'a jwk': await sign(good, { jwk: { kty: 'oct', k: 'AAAA' } }),
      'another issuer': await sign({ ...good, iss: 'https://evil.example' }),
      'another audience': await sign({ ...good, aud: 'other' }),
      'another type': await sign(good, { typ: 'JWT' }),
      'an end in the past': await sign({ ...good, exp: good.iat - 1 }),
      'no end': await sign({ ...good, exp: undefined }),
      'a long life': await sign({ ...good, iat: good.iat - 3600, exp: good.exp + 86_400 }),
      'no session': await sign({ ...good, sid: undefined }),
      'an unknown session': await sign({ ...good, sid: 'unknown' }),
      'a session as a list': await sign({ ...good, sid: [sid] }),
      'a refresh token': cookie.split('=')[1]!,
      'no JWT': 'a.b.c',
    }
    for (const [name, token] of Object.entries(forged)) {
      const answer = await hub.ask({ url: '/api/v1/me', as: { accessToken: token } })
      expect([name, answer.statusCode]).toEqual([name, 401])
      expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
    }
  })

  test('stop working as soon as their session ends', async () => {
    await using hub = await openTestApp()
    const { accessToken, cookie } = await hub.signIn()
    const headers = { cookie, origin: publicUrl }
    const answer = await hub.ask({ method: 'POST', url: '/auth/logout', headers, payload: {} })
    expect(answer.statusCode).toBe(204)
    expect(await statusOf(hub, accessToken)).toBe(401)
    expect((await hub.refresh(cookie)).statusCode).toBe(401)
  })
})

describe('sessions', () => {
  test('are listed for their person and can be ended from elsewhere', async () => {
    await using hub = await openTestApp()
    const desk = await hub.signIn({ login: 'ada' })
    const stranger = await hub.signIn()
    const [only] = (await hub.ask({ url: '/auth/sessions', as: desk })).json()
    expect(only).toMatchObject({ current: true, ip: expect.stringMatching(/^10\./) })

    const path = `/auth/sessions/${only.id}`
    expect((await hub.ask({ method: 'DELETE', url: path, as: stranger })).statusCode).toBe(404)
    expect(await statusOf(hub, desk.accessToken)).toBe(200)
    expect((await hub.ask({ method: 'DELETE', url: path, as: desk })).statusCode).toBe(204)
    expect(await statusOf(hub, desk.accessToken)).toBe(401)
  })
})
