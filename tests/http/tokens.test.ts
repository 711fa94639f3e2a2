import { expect, test } from 'vitest'
import { createApiToken } from '../../src/store/api-tokens.ts'
import { openTestApp, type TestApp } from '../support/test-app.ts'

const dayMs = 86_400_000

const create = (hub: TestApp, as: { accessToken: string }, payload: object) =>
  hub.ask({
    method: 'POST',
    url: '/api/v1/tokens',
    as,
    payload: { name: 'script', scopes: ['read'], ...payload },
  })

const withToken = (hub: TestApp, accessToken: string, method: 'GET' | 'POST' | 'DELETE', url: string) =>
  hub.ask({
    method,
    url,
    as: { accessToken },
    ...(method === 'POST' ? { payload: { name: 'x', scopes: ['read'] } } : {}),
  })

test('a token is shown once, kept as a hash, and works as its person', async () => {
  await using hub = await openTestApp()
  const ada = await hub.signIn({ login: 'ada' })
  const answer = await create(hub, ada, { scopes: ['read', 'write'] })
  expect(answer.statusCode).toBe(201)
  const { token, ...shown } = answer.json()
  expect(token).toMatch(/^cldcde_[\w-]{43}$/)

  expect((await withToken(hub, token, 'GET', '/api/v1/me')).json()).toMatchObject({ login: 'ada' })
  const listed = await hub.ask({ url: '/api/v1/tokens', as: ada })
  expect(listed.json()).toEqual([{ ...shown, last_used_at: expect.any(String) }])
  expect(JSON.stringify(await hub.store.read.selectFrom('api_tokens').selectAll().execute())).not.toContain(
    token,
  )
  expect(JSON.stringify(await hub.store.read.selectFrom('audit').selectAll().execute())).not.toContain(token)
})

test('scopes include the lesser ones and nothing more; making credentials needs admin', async () => {
  await using hub = await openTestApp()
  const owner = await hub.signIn({ role: 'owner' })
  const tokenOf = async (scope: string) =>
    (await create(hub, owner, { scopes: [scope] })).json().token as string
  const [read, write, admin] = [await tokenOf('read'), await tokenOf('write'), await tokenOf('admin')]
  for (const token of [read, write, admin])
    expect((await withToken(hub, token, 'GET', '/api/v1/me')).statusCode).toBe(200)
  for (const token of [read, write]) {
    expect((await withToken(hub, token, 'POST', '/api/v1/tokens')).json()).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
    expect((await withToken(hub, token, 'GET', '/api/v1/audit')).statusCode).toBe(403)
  }
  expect((await withToken(hub, admin, 'POST', '/api/v1/tokens')).statusCode).toBe(201)
  expect((await withToken(hub, admin, 'GET', '/api/v1/audit')).statusCode).toBe(200)
})

test('a scope does not lift its person: an admin token of a member cannot read the audit log', async () => {
  await using hub = await openTestApp()
  const { token } = (await create(hub, await hub.signIn(), { scopes: ['admin'] })).json()
  expect((await withToken(hub, token, 'GET', '/api/v1/audit')).statusCode).toBe(403)
})

test('a token ends: revoked, at its time, or with its person', async () => {
  await using hub = await openTestApp()
  const ada = await hub.signIn()
  const eve = await hub.signIn()
  const owner = await hub.signIn({ role: 'owner' })
  const make = async (payload: object) =>
    (await create(hub, ada, payload)).json() as { id: string; token: string }
  const status = async ({ token }: { token: string }) =>
    (await withToken(hub, token, 'GET', '/api/v1/me')).statusCode

  const revoked = await make({})
  expect((await withToken(hub, eve.accessToken, 'DELETE', `/api/v1/tokens/${revoked.id}`)).statusCode).toBe(
    404,
  )
  expect(await status(revoked)).toBe(200)
  expect((await withToken(hub, ada.accessToken, 'DELETE', `/api/v1/tokens/${revoked.id}`)).statusCode).toBe(
    204,
  )
  expect(await status(revoked)).toBe(401)

  const forever = await make({})
  await hub.ask({
    method: 'PATCH',
    url: `/api/v1/users/${ada.userId}`,
    as: owner,
    payload: { disabled: true },
  })
  expect(await status(forever)).toBe(401)
  await hub.ask({
    method: 'PATCH',
    url: `/api/v1/users/${ada.userId}`,
    as: owner,
    payload: { disabled: false },
  })
  expect(await status(forever)).toBe(200)

  const again = await hub.signIn({ login: ada.login })
  const { token } = (await create(hub, again, { expires_in_days: 2 })).json()
  hub.advance(2 * dayMs - 1000)
  expect(await status({ token })).toBe(200)
  hub.advance(1000)
  expect(await status({ token })).toBe(401)
})

test('a token that another process makes works at once', async () => {
  await using hub = await openTestApp()
  const { userId } = await hub.signIn()
  const { token } = await hub.store.write((tx) =>
    createApiToken(tx, {
      userId,
      name: 'from the command line',
      scopes: ['read'],
      expiresAt: null,
      now: Date.now(),
    }),
  )
  expect((await withToken(hub, token, 'GET', '/api/v1/me')).statusCode).toBe(200)
})

test.each([
  ['no name', { name: '' }],
  ['no scope', { scopes: [] }],
  ['an unknown scope', { scopes: ['root'] }],
  ['a scope twice', { scopes: ['read', 'read'] }],
  ['a life of no days', { expires_in_days: 0 }],
  ['days as text', { expires_in_days: '3' }],
  ['somebody else', { user_id: 'x' }],
])('%s is refused', async (_, payload) => {
  await using hub = await openTestApp()
  expect((await create(hub, await hub.signIn(), payload)).json()).toMatchObject({
    status: 400,
    code: 'invalid_request',
  })
})
