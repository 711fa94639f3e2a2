import { expect, test } from 'vitest'
import { readChanges } from '../../src/store/changes.ts'
import { upsertUser } from '../../src/store/users.ts'
import { dialects } from '../support/temp-store.ts'
import { openTestApp, type SignedIn, type TestApp } from '../support/test-app.ts'

const patch = (hub: TestApp, as: SignedIn, user: { userId: string }, payload: object) =>
  hub.ask({ method: 'PATCH', url: `/api/v1/users/${user.userId}`, as, payload })

const listOwners = (hub: TestApp) =>
  hub.store.read.selectFrom('users').select('id').where('role', '=', 'owner').execute()

const me = async (hub: TestApp, as: SignedIn) => (await hub.ask({ url: '/api/v1/me', as })).statusCode

test('people are listed by login, page by page', async () => {
  await using hub = await openTestApp()
  const ada = await hub.signIn({ login: 'ada' })
  for (const login of ['eve', 'bob', 'dan', 'cyd']) await hub.signIn({ login })
  const seen: string[] = []
  let url: string | undefined = '/api/v1/users?limit=2'
  while (url) {
    const answer = await hub.ask({ url, as: ada })
    seen.push(...answer.json<{ login: string }[]>().map(({ login }) => login))
    url = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1]
  }
  expect(seen).toEqual(['ada', 'bob', 'cyd', 'dan', 'eve'])
  const [first] = (await hub.ask({ url: '/api/v1/users?limit=1', as: ada })).json()
  expect(first).toEqual((await hub.ask({ url: `/api/v1/users/${ada.userId}`, as: ada })).json())
})

test.each(['AAAA', 'WzFd', 'WyJhIiwiYiIsImMiXQ', 'e30', '%00'])('the cursor %s is refused', async (after) => {
  await using hub = await openTestApp()
  const answer = await hub.ask({ url: `/api/v1/users?after=${after}`, as: await hub.signIn() })
  expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' })
})

test.each(['0', '101', 'x', '-1'])('a limit of %s is refused', async (limit) => {
  await using hub = await openTestApp()
  const answer = await hub.ask({ url: `/api/v1/users?limit=${limit}`, as: await hub.signIn() })
  expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' })
})

test('only owners change roles; the change counts at once, is a change for all and in the audit log', async () => {
  await using hub = await openTestApp()
  const closed: unknown[] = []
  hub.deps.events.on('session.revoked', (event) => closed.push(event))
  const owner = await hub.signIn({ login: 'owner', role: 'owner' })
  const ada = await hub.signIn({ login: 'ada' })
  for (const role of ['viewer', 'member', 'maintainer'] as const) {
    expect((await patch(hub, await hub.signIn({ role }), ada, { role: 'owner' })).statusCode).toBe(403)
  }
  expect((await patch(hub, owner, ada, { role: 'owner' })).json()).toMatchObject({
    login: 'ada',
    role: 'owner',
  })
  expect((await hub.ask({ url: '/api/v1/audit', as: ada })).statusCode).toBe(200)
  expect((await patch(hub, owner, ada, { role: 'viewer' })).statusCode).toBe(200)
  expect((await hub.ask({ url: '/api/v1/audit', as: ada })).statusCode).toBe(403)
  expect(closed).toContainEqual({ userId: ada.userId, sessionId: null })

  const [entry] = (await hub.ask({ url: '/api/v1/audit?limit=1', as: owner })).json()
  expect(entry).toMatchObject({
    actor: 'owner',
    action: 'user.role',
    target: 'ada',
    detail: { from: 'owner', to: 'viewer' },
  })
  const changes = await readChanges(hub.store.read, { after: 0, limit: 100 })
  expect(changes.at(-1)).toMatchObject({
    topic: 'system',
    kind: 'user.updated',
    data: { action: 'role', login: 'ada' },
  })
})

test('a disabled person is out at once, everywhere, and back only by signing in again', async () => {
  await using hub = await openTestApp()
  const owner = await hub.signIn({ role: 'owner' })
  const ada = await hub.signIn()
  expect((await patch(hub, owner, ada, { disabled: true })).json()).toMatchObject({ disabled: true })
  expect(await me(hub, ada)).toBe(401)
  expect((await hub.refresh(ada.cookie)).statusCode).toBe(401)
  await expect(hub.signIn({ login: ada.login })).rejects.toThrow('401')

  await patch(hub, owner, ada, { disabled: false })
  expect(await me(hub, ada)).toBe(401)
  expect(await me(hub, await hub.signIn({ login: ada.login }))).toBe(200)
})

test.each(dialects)(
  'somebody always owns the hub, even when two owners demote each other (%s)',
  async (dialect) => {
    await using hub = await openTestApp({ dialect })
    const first = await hub.signIn({ role: 'owner' })
    const second = await hub.signIn({ role: 'owner' })
    // Whether two transactions really overlap is chance; over many rounds it is not.
    for (let round = 0; round < 20; round++) {
      await hub.store.write((tx) => tx.updateTable('users').set({ role: 'owner' }).execute())
      await Promise.all([
        patch(hub, first, second, { role: 'member' }),
        patch(hub, second, first, { role: 'member' }),
      ])
      expect(await listOwners(hub)).toHaveLength(1)
    }
    const [left] = await listOwners(hub)
    const owner = left!.id === first.userId ? first : second
    for (const change of [{ role: 'member' }, { disabled: true }]) {
      expect((await patch(hub, owner, owner, change)).json()).toMatchObject({ status: 409, code: 'conflict' })
    }
  },
)

test.each([{}, { role: 'root' }, { disabled: 'yes' }, { login: 'root' }, { role: null }])(
  'the change %j is refused',
  async (payload) => {
    await using hub = await openTestApp()
    const owner = await hub.signIn({ role: 'owner' })
    expect((await patch(hub, owner, owner, payload)).json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
    })
    expect((await patch(hub, owner, { userId: 'nobody' }, { role: 'member' })).statusCode).toBe(404)
  },
)

test('who somebody is, is the host and its number: neither a renamed nor a reused login confuses people', async () => {
  await using hub = await openTestApp()
  const sign = (host: string, id: number, login: string) =>
    hub.store.write((tx) =>
      upsertUser(tx, {
        host,
        person: { id, login, name: null, avatar_url: null, html_url: null },
        role: 'member',
        now: 1,
      }),
    )
  const ada = await sign('github.com', 7, 'ada')
  const renamed = await sign('github.com', 7, 'ada-l')
  const successor = await sign('github.com', 8, 'ada')
  const elsewhere = await sign('ghes.example', 7, 'ada')
  expect(renamed).toMatchObject({ created: false, user: { id: ada.user.id, login: 'ada-l' } })
  expect(new Set([ada, successor, elsewhere].map(({ user }) => user.id)).size).toBe(3)
})

test('the audit log is for owners, newest first, one line an entry whatever people are called', async () => {
  await using hub = await openTestApp()
  const owner = await hub.signIn({ role: 'owner' })
  const odd = await hub.signIn({ login: 'x\n2026 owner user.role\u2028y' })
  await patch(hub, owner, odd, { role: 'viewer' })
  const page = await hub.ask({ url: '/api/v1/audit?limit=2', as: owner })
  const [entry, before] = page.json()
  expect(entry).toMatchObject({ action: 'user.role', target: 'x\\u000a2026 owner user.role\\u2028y' })
  expect(before.seq).toBeLessThan(entry.seq)
  expect(page.headers.link).toContain('rel="next"')
})
