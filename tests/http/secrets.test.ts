import { describe, expect, it } from 'vitest'
import { saveAccess } from '../../src/store/access.ts'
import { createSealer, listSealingKeys, toMasterKey } from '../../src/store/sealing.ts'
import { saveSecret } from '../../src/store/workflow-values.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

describe.each(dialects)('secrets and variables on %s', (dialect) => {
  async function open() {
    const store = await openTempStore(dialect)
    const hub = await openTestApp({ store })
    const owner = await hub.signIn({ login: 'olga', role: 'owner' })
    const admin = await hub.signIn({ login: 'ada' })
    const writer = await hub.signIn({ login: 'walt' })
    const reader = await hub.signIn({ login: 'rita' })
    const stranger = await hub.signIn({ login: 'sam' })
    await hub.store.write(async (tx) => {
      await seedRepository(tx, { id: 1, fullName: 'acme/site', readers: [] })
      for (const [{ userId }, permission] of [
        [admin, 'admin'],
        [writer, 'push'],
        [reader, 'pull'],
      ] as const) {
        await saveAccess(tx, [{ user_id: userId, repository_id: 1, permission, synced_at: 1 }])
      }
    })
    const set = (as: SignedIn, path: string, value: unknown) =>
      hub.ask({ method: 'PUT', url: `/api/v1${path}`, as, payload: { value } })
    const list = async (as: SignedIn, path: string) => (await hub.ask({ url: `/api/v1${path}`, as })).json()
    return { hub, store, owner, admin, writer, reader, stranger, set, list }
  }

  it('are listed by name; what a secret holds stands nowhere in the clear', async () => {
    const { hub, owner, set, list } = await open()
    await using _hub = hub
    for (const [name, value] of [
      ['token', 'first-hush'],
      ['Token', 'last-hush'],
      ['ALPHA', 'hush too'],
    ] as const) {
      expect((await set(owner, `/secrets/${name}`, value)).statusCode).toBe(204)
    }
    await set(owner, '/variables/region', 'baltic')

    const at = { updated_at: expect.any(String), updated_by: 'olga' }
    expect(await list(owner, '/secrets')).toEqual([
      { name: 'ALPHA', ...at },
      { name: 'TOKEN', ...at },
    ])
    expect(await list(owner, '/variables')).toEqual([{ name: 'REGION', value: 'baltic', ...at }])

    const rows = await hub.store.read.selectFrom('secrets').selectAll().execute()
    expect(rows.map(({ sealed }) => Buffer.from(sealed).toString()).join()).not.toContain('hush')
    const audit = await hub.store.read.selectFrom('audit').selectAll().execute()
    expect(JSON.stringify(audit)).not.toContain('hush')
    expect(audit.filter(({ action }) => action === 'secret.changed').map(({ target }) => target)).toEqual([
      'TOKEN',
      'TOKEN',
      'ALPHA',
    ])
  })

  it('of a repository are set by its admins, and named to who may write', async () => {
    const { hub, owner, admin, writer, reader, stranger, set, list } = await open()
    await using _hub = hub
    const path = '/secrets/DEPLOY_KEY?repository=Acme/site'
    expect((await set(admin, path, 'hush')).statusCode).toBe(204)
    for (const [person, status] of [
      [writer, 403],
      [reader, 403],
      [stranger, 404],
      // Whoever owns the hub has no rights on GitHub by that.
      [owner, 404],
    ] as const) {
      expect((await set(person, path, 'mine')).statusCode).toBe(status)
      expect((await hub.ask({ method: 'DELETE', url: `/api/v1${path}`, as: person })).statusCode).toBe(status)
    }
    const names = '/secrets?repository=acme/site'
    expect(await list(writer, names)).toMatchObject([{ name: 'DEPLOY_KEY', updated_by: 'ada' }])
    expect(await list(reader, names)).toMatchObject({ status: 403 })
    expect(await list(stranger, names)).toMatchObject({ status: 404 })
    expect(await list(admin, '/secrets')).toEqual([])

    const remove = () => hub.ask({ method: 'DELETE', url: `/api/v1${path.toLowerCase()}`, as: admin })
    expect((await remove()).statusCode).toBe(204)
    expect((await remove()).json()).toMatchObject({ status: 404, detail: 'There is no secret DEPLOY_KEY.' })
    const audit = await list(owner, '/audit')
    expect(audit.slice(0, 2)).toMatchObject([
      { action: 'secret.deleted', target: 'acme/site/DEPLOY_KEY', actor: 'ada' },
      { action: 'secret.changed', target: 'acme/site/DEPLOY_KEY', actor: 'ada' },
    ])
  })

  it.each([
    ['/secrets/1st', 'x', 'A name has letters, digits and _, and does not begin with a digit.'],
    ['/secrets/a-b', 'x', 'A name has letters, digits and _, and does not begin with a digit.'],
    ['/variables/github_token', 'x', 'Names that begin with GITHUB_ are GitHub’s own.'],
    [`/variables/${'a'.repeat(101)}`, 'x', 'A name has 100 characters at most.'],
    ['/secrets/EMPTY', '', 'value'],
    ['/secrets/LONG', 'x'.repeat(49_153), 'value'],
  ])('refuse %s in words', async (path, value, words) => {
    const { hub, owner, set } = await open()
    await using _hub = hub
    const answer = await set(owner, path, value)
    expect(answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining(words) })
  })

  it('count among what a hub needs its key for', async () => {
    await using store = await openTempStore(dialect)
    const key = toMasterKey(new Uint8Array(32).fill(7))
    const secret = { scope: null, name: 'A', value: 'hush', by: 'olga', now: 1 }
    await store.write((tx) => saveSecret(tx, createSealer({ keys: [key] }), secret))
    expect(await listSealingKeys(store.read)).toEqual([key.id])
  })
})
