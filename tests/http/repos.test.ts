import { describe, expect, it } from 'vitest'
import type { Issue, Repository } from '../../contract/mirror.ts'
import { seedContents, seeded, seedIssue, seedRepository } from '../support/seed-mirror.ts'
import { openTestApp } from '../support/test-app.ts'

/** Ada reads both repositories, Bob only the public one. */
async function openMirror() {
  const hub = await openTestApp()
  const ada = await hub.signIn({ login: 'ada' })
  const bob = await hub.signIn({ login: 'bob' })
  await hub.store.write(async (tx) => {
    await seedRepository(tx, { id: 1, fullName: 'acme/Secret', readers: [ada.userId] })
    await seedRepository(tx, {
      id: 2,
      fullName: 'acme/site',
      readers: [ada.userId, bob.userId],
      private: false,
    })
    await seedContents(tx, { repositoryId: 1, fullName: 'acme/Secret' })
  })
  const get = async (as: typeof ada, url: string) => {
    const answer = await hub.ask({ method: 'GET', url: `/api/v1${url}`, as })
    return { status: answer.statusCode, body: answer.json(), link: answer.headers.link }
  }
  return { ...hub, ada, bob, get }
}

/** Everything about one repository that an address can name. */
const within = [
  '',
  '/branches',
  '/commits',
  '/labels',
  '/issues',
  `/issues/${seeded.issue}`,
  `/issues/${seeded.issue}/comments`,
  '/pulls',
  `/pulls/${seeded.pull}`,
  `/pulls/${seeded.pull}/reviews`,
  `/issues/${seeded.pull}/comments`,
  '/actions/runs',
  `/actions/runs/${seeded.actionsRun}`,
  `/actions/runs/${seeded.actionsRun}/jobs`,
  '/actions/workflows',
]

describe('repositories', () => {
  it.each(within)(
    'shows /repos/acme/secret%s to its reader, in any case, and hides it from others',
    async (path) => {
      await using hub = await openMirror()
      const seen = await hub.get(hub.ada, `/repos/ACME/sEcReT${path}`)
      expect(seen.status).toBe(200)
      expect(JSON.stringify(seen.body).length).toBeGreaterThan(20)
      const hidden = await hub.get(hub.bob, `/repos/acme/Secret${path}`)
      expect(hidden).toMatchObject({ status: 404, body: { code: 'not_found' } })
      expect((await hub.get(hub.ada, `/repos/acme/nothing${path}`)).status).toBe(404)
    },
  )

  it.each(['/issues?state=all', '/pulls?state=all', '/actions/runs'])(
    'lists %s over readable repositories only',
    async (path) => {
      await using hub = await openMirror()
      expect((await hub.get(hub.ada, path)).body).toMatchObject([
        { repository: 'acme/Secret', repository_id: 1 },
      ])
      expect((await hub.get(hub.bob, path)).body).toEqual([])
    },
  )

  it('lists, sorts and searches', async () => {
    await using hub = await openMirror()
    const names = async (as: typeof hub.ada, query: string) =>
      (await hub.get(as, `/repos${query}`)).body.map((repository: Repository) => repository.full_name)
    expect(await names(hub.ada, '?sort=name')).toEqual(['acme/Secret', 'acme/site'])
    expect(await names(hub.ada, '?sort=name&direction=desc')).toEqual(['acme/site', 'acme/Secret'])
    expect(await names(hub.ada, '?q=SEC')).toEqual(['acme/Secret'])
    expect(await names(hub.ada, '?q=%25')).toEqual([])
    expect(await names(hub.bob, '')).toEqual(['acme/site'])
  })

  it('shows a text only where one thing is asked for', async () => {
    await using hub = await openMirror()
    const { body: list } = await hub.get(hub.ada, '/repos/acme/secret/issues')
    const { body: one } = await hub.get(hub.ada, `/repos/acme/secret/issues/${seeded.issue}`)
    expect(list[0]).not.toHaveProperty('body')
    expect(one).toEqual({ ...list[0], body: 'Text of Issue 1' })
  })

  it('filters issues by state and labels', async () => {
    await using hub = await openMirror()
    await hub.store.write(async (tx) => {
      await seedIssue(tx, { repositoryId: 1, number: 10, state: 'closed', labels: ['bug', 'ui'] })
      await seedIssue(tx, { repositoryId: 1, number: 11, labels: ['ui'] })
    })
    const numbers = async (query: string) =>
      (await hub.get(hub.ada, `/repos/acme/secret/issues?${query}`)).body.map((issue: Issue) => issue.number)
    expect(await numbers('')).toEqual([11, 1])
    expect(await numbers('state=closed')).toEqual([10])
    expect(await numbers('state=all&direction=asc')).toEqual([1, 10, 11])
    expect(await numbers('state=all&labels=ui')).toEqual([11, 10])
    expect(await numbers('state=all&labels=ui,bug')).toEqual([10])
    expect((await hub.get(hub.ada, '/issues?state=merged')).body.code).toBe('invalid_request')
  })

  it('pages without gap or repetition while rows are added', async () => {
    await using hub = await openMirror()
    await hub.store.write(async (tx) => {
      for (let number = 10; number < 30; number++) await seedIssue(tx, { repositoryId: 1, number })
    })
    const seen: number[] = []
    let next: string | undefined = '/repos/acme/secret/issues?limit=6'
    while (next) {
      const { body, link } = await hub.get(hub.ada, next)
      seen.push(...body.map((issue: Issue) => issue.number))
      await hub.store.write((tx) => seedIssue(tx, { repositoryId: 1, number: 100 + seen.length }))
      next = /<http:\/\/127\.0\.0\.1:3000\/api\/v1([^>]+)>; rel="next"/.exec(String(link))?.[1]
    }
    expect(seen).toEqual([...Array.from({ length: 20 }, (_, index) => 29 - index), 1])
  })

  it('refuses broken cursors, numbers and limits', async () => {
    await using hub = await openMirror()
    for (const path of [
      '/issues?after=x',
      '/repos?after=WyJhIl0',
      '/repos/acme/secret/issues/zero',
      '/repos/acme/secret/issues/0',
      '/issues?limit=101',
      '/deliveries?after=WzFd',
      '/changes?before=-1',
      '/changes?topic=nothing',
    ]) {
      expect(await hub.get(hub.ada, path), path).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      })
    }
  })
})
