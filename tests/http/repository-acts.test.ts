import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Label } from '../../contract/common.ts'
import type { Branch, Milestone } from '../../contract/mirror.ts'
import type { Release, Tag } from '../../contract/releases.ts'
import { readChanges } from '../../src/store/changes.ts'
import { type ActingHub, type Json, openHubWithGithub, type Wish } from '../support/acting-hub.ts'
import type { SignedIn } from '../support/test-app.ts'

const repository = 'harborline/tide-api'
const at = `/repos/${repository}`
let hub: ActingHub
let mara: SignedIn
let sam: SignedIn

beforeAll(async () => {
  hub = await openHubWithGithub(repository)
  mara = await hub.enter('mara-lindqvist')
  sam = await hub.enter('sam-whitlock')
}, 120_000)
afterAll(() => hub?.[Symbol.asyncDispose]())

/** As somebody else who only reads sees it. */
const read = <T>(path: string) => hub.read<T>(sam, path)
const names = (items: readonly { name: string }[]) => items.map(({ name }) => name)
const lastChange = async () => (await readChanges(hub.store.read, { after: 0, limit: 1000 })).at(-1)
const unique = () => randomUUID().slice(0, 8)

describe('acting on branches and tags', { timeout: 120_000 }, () => {
  test('a branch is created, deleted and restored where it stood; lists and the log say so at once', async () => {
    const { object } = await hub.github<{ object: { sha: string } }>('GET', `${at}/git/ref/heads/main`)
    const branch = `topic/${unique()}`
    const wish: Wish = ['POST', '/git/refs', { ref: `refs/heads/${branch}`, sha: object.sha }]
    const key = randomUUID()
    hub.loseAnswer(/^POST .*refs$/)
    expect((await hub.act(mara, wish, key)).statusCode).toBe(502)
    // GitHub says that there is one already: the first try made it, and the next push or sync tells.
    expect((await hub.act(mara, wish, key)).statusCode).toBe(204)
    const other = `topic/${unique()}`
    const made = await hub.act(mara, ['POST', '/git/refs', { ref: `refs/heads/${other}`, sha: object.sha }])
    expect(made.json<Branch>()).toMatchObject({ name: other, sha: object.sha })
    expect(names(await read<Branch[]>('/branches?limit=100'))).toContain(other)

    expect((await hub.act(mara, ['DELETE', `/git/refs/heads/${encodeURIComponent(other)}`])).statusCode).toBe(
      204,
    )
    expect(names(await read<Branch[]>('/branches?limit=100'))).not.toContain(other)
    expect(await lastChange()).toMatchObject({ kind: 'push', data: { deleted: true, branch: null } })
    const restored = await hub.act(mara, [
      'POST',
      '/git/refs',
      { ref: `refs/heads/${other}`, sha: object.sha },
    ])
    expect(restored.statusCode, restored.body).toBe(200)
  })

  test('a tag is created and deleted', async () => {
    const { object } = await hub.github<{ object: { sha: string } }>('GET', `${at}/git/ref/heads/main`)
    const tag = `v-${unique()}`
    const made = await hub.act(mara, ['POST', '/git/refs', { ref: `refs/tags/${tag}`, sha: object.sha }])
    expect(made.json<Tag>()).toMatchObject({ name: tag, sha: object.sha })
    expect(names(await read<Tag[]>('/tags?limit=100'))).toContain(tag)
    expect((await hub.act(mara, ['DELETE', `/git/refs/tags/${tag}`])).statusCode).toBe(204)
    expect(names(await read<Tag[]>('/tags?limit=100'))).not.toContain(tag)
  })

  test('is not for those who only read', async () => {
    const wish: Wish = ['POST', '/git/refs', { ref: 'refs/heads/mine', sha: 'a'.repeat(40) }]
    expect((await hub.act(sam, wish)).statusCode).toBe(403)
  })
})

describe('acting on releases', { timeout: 120_000 }, () => {
  test('a draft is GitHub’s alone until it is published; then it is edited and deleted', async () => {
    const tag_name = `v-${unique()}`
    const drafted = await hub.act(mara, [
      'POST',
      '/releases',
      { tag_name, name: 'Calm', body: 'Soon', draft: true },
    ])
    expect(drafted.statusCode, drafted.body).toBe(204)
    const releases = () => read<Release[]>('/releases?limit=100')
    expect((await releases()).map((release) => release.tag_name)).not.toContain(tag_name)
    const drafts = (await hub.ask({ url: `/api/v1${at}/releases/drafts`, as: mara })).json<Release[]>()
    expect(drafts).toMatchObject([{ tag_name, name: 'Calm' }])
    const [draft] = drafts
    expect((await hub.ask({ url: `/api/v1${at}/releases/drafts`, as: sam })).statusCode).toBe(403)

    const published = await hub.act(mara, [
      'PATCH',
      `/releases/${draft!.id}`,
      { draft: false, name: 'Calm sea' },
    ])
    expect(published.json<Release>()).toMatchObject({ id: draft!.id, name: 'Calm sea' })
    expect(await releases()).toContainEqual(expect.objectContaining({ tag_name, name: 'Calm sea' }))
    expect((await hub.act(mara, ['DELETE', `/releases/${draft!.id}`])).statusCode).toBe(204)
    expect((await releases()).map((release) => release.tag_name)).not.toContain(tag_name)
    expect(await lastChange()).toMatchObject({ kind: 'release.removed', data: { id: draft!.id } })
  })

  test('is published once, though the answer was lost', async () => {
    const wish: Wish = ['POST', '/releases', { tag_name: `v-${unique()}`, name: 'Once', body: 'Words' }]
    const key = randomUUID()
    hub.loseAnswer(/^POST .*releases$/)
    expect((await hub.act(mara, wish, key)).statusCode).toBe(502)
    const made = await hub.act(mara, wish, key)
    expect(made.statusCode, made.body).toBe(201)
    const onGithub = await hub.github<Json[]>('GET', `${at}/releases?per_page=100`)
    expect(onGithub.filter(({ name }) => name === 'Once')).toHaveLength(1)
  })

  test('has its notes written by GitHub', async () => {
    const url = `/api/v1${at}/releases/generate-notes`
    const notes = await hub.ask({ method: 'POST', url, as: mara, payload: { tag_name: 'v9' } })
    expect(notes.json()).toMatchObject({ name: 'Release v9', body: expect.stringContaining('changed') })
  })
})

describe('acting on labels and milestones', { timeout: 120_000 }, () => {
  test('a label is created once, renamed and deleted', async () => {
    const name = `tide ${unique()}`
    const key = randomUUID()
    const wish: Wish = ['POST', '/labels', { name, color: '0e8a16', description: 'Of the sea' }]
    hub.loseAnswer(/^POST .*labels$/)
    expect((await hub.act(mara, wish, key)).statusCode).toBe(502)
    const made = await hub.act(mara, wish, key)
    expect(made.json<Label>(), made.body).toMatchObject({ name, color: '0e8a16' })
    const renamed = await hub.act(mara, [
      'PATCH',
      `/labels/${encodeURIComponent(name)}`,
      { new_name: `${name}!`, color: 'b60205' },
    ])
    expect(renamed.json<Label>()).toMatchObject({ name: `${name}!`, color: 'b60205' })
    const labels = () => read<Label[]>('/labels?limit=100')
    expect(names(await labels())).toContain(`${name}!`)
    expect(names(await labels())).not.toContain(name)
    const gone = await hub.act(mara, ['DELETE', `/labels/${encodeURIComponent(`${name}!`)}`])
    expect(gone.statusCode, gone.body).toBe(204)
    expect(names(await labels())).not.toContain(`${name}!`)
    expect(await lastChange()).toMatchObject({ kind: 'label.removed' })
    expect((await hub.act(sam, wish)).statusCode).toBe(403)
  })

  test('a milestone is created, closed and deleted', async () => {
    const title = `Tide ${unique()}`
    const made = await hub.act(mara, ['POST', '/milestones', { title, due_on: '2027-01-01T00:00:00Z' }])
    expect(made.statusCode, made.body).toBe(201)
    const { number } = made.json<Milestone>()
    const closed = await hub.act(mara, ['PATCH', `/milestones/${number}`, { state: 'closed' }])
    expect(closed.json<Milestone>()).toMatchObject({ number, title, state: 'closed' })
    expect((await hub.act(mara, ['DELETE', `/milestones/${number}`])).statusCode).toBe(204)
    const listed = await read<Milestone[]>('/milestones?limit=100')
    expect(listed.map((milestone) => milestone.title)).not.toContain(title)
  })
})
