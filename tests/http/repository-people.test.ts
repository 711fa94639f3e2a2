import { describe, expect, it } from 'vitest'
import { examples, type Json } from '../support/github-server.ts'
import { openLookingHub } from '../support/looking-hub.ts'
import { dialects } from '../support/temp-store.ts'

const ben = { id: 2, login: 'ben', avatar_url: null, role_name: 'write', permissions: {} }
const docs = { id: 9, name: 'Docs', slug: 'docs', description: null, permission: 'push', html_url: 'u' }

describe.each(dialects)('who may do something in a repository, on %s', (dialect) => {
  it('is read when somebody who may look does, kept, told by webhooks, and hidden from plain readers', async () => {
    await using hub = await openLookingHub({
      dialect,
      plant: ({ others }) => {
        others.set('collaborators', [ben])
        others.set('teams', [docs])
      },
    })
    const { mona, mirror, github } = hub
    // The first sync asked for none of it.
    expect(github.asked.filter(({ path }) => /collaborators|teams/.test(path))).toEqual([])
    expect(await hub.look('collaborators', mona)).toEqual([
      { id: 2, login: 'ben', avatar_url: null, role_name: 'write' },
    ])
    expect(await hub.look('teams', mona)).toEqual([docs])
    await hub.look('collaborators', mona)
    expect(github.asked.filter(({ path }) => path.includes('collaborators'))).toHaveLength(1)

    const reader = await hub.admit('reader', 'pull')
    const writer = await hub.admit('writer', 'push')
    expect(await hub.status('collaborators', reader)).toBe(403)
    expect(await hub.status('teams', reader)).toBe(403)
    expect(await hub.look('collaborators', writer)).toHaveLength(1)

    const about = { repository: mirror.planted.repository, sender: mirror.mona }
    const member = (action: string, login: string, id: number, changes: Json = {}) => ({
      event: 'member',
      payload: { action, member: { id, login, avatar_url: null }, changes, ...about },
    })
    const [told] = await mirror.deliver(
      member('added', 'ada', 3, { permission: { to: 'write' }, role_name: { to: 'maintain' } }),
      member('edited', 'ben', 2, { old_permission: { from: 'write' } }),
    )
    expect(await hub.look('collaborators', mona)).toMatchObject([
      { login: 'ada', role_name: 'maintain' },
      { login: 'ben', role_name: 'write' },
    ])
    await mirror.deliver(member('removed', 'ada', 3))
    expect(await hub.look('collaborators', mona)).toHaveLength(1)
    await mirror.deliver(member('added', 'ada', 3, { permission: { to: 'read' } }))
    expect(await hub.look('collaborators', mona)).toMatchObject([{ role_name: 'read' }, {}])

    // It is told to those who may see it, and to nobody else.
    const topics = (await mirror.changes('collaborator.updated')).map(({ topic }) => topic)
    expect(new Set(topics)).toEqual(new Set([`inbox:${mona.userId}`, `inbox:${writer.userId}`]))
    const delivery = async (as: typeof mona) =>
      (await hub.app.ask({ method: 'GET', url: `/api/v1/deliveries/${told}`, as })).statusCode
    expect([await delivery(writer), await delivery(reader)]).toEqual([200, 404])
    const listed = async (as: typeof mona) =>
      (await hub.app.ask({ method: 'GET', url: '/api/v1/deliveries?event=member', as })).json<Json[]>().length
    expect([await listed(writer), await listed(reader)]).toEqual([4, 0])

    // What is not there any more goes when it is looked at again.
    mirror.planted.others.set('collaborators', [])
    hub.advance(6 * 60_000)
    await expect.poll(() => hub.look('collaborators', mona)).toEqual([])
  })

  it("takes GitHub's example payloads", async () => {
    await using hub = await openLookingHub({ dialect })
    const of = (name: string) => examples.find((example) => example.name === name)!.examples
    const { repository } = hub.mirror.planted
    const payloads = ['team', 'team_add', 'member', 'membership', 'organization'].flatMap((event) =>
      of(event).map((payload) => ({
        event,
        payload: { ...payload, ...('repository' in payload && { repository }) },
      })),
    )
    const ids = await hub.mirror.deliver(...payloads)
    const rows = await hub.mirror.store.read
      .selectFrom('deliveries')
      .select(['event', 'state', 'error'])
      .where('id', 'in', ids)
      .execute()
    expect(rows.filter(({ state }) => state !== 'applied' && state !== 'stored')).toEqual([])
    const told = async (kind: 'collaborator.updated' | 'repository_team.updated') =>
      (await hub.mirror.changes(kind)).length
    expect([await told('collaborator.updated'), await told('repository_team.updated')]).toEqual([4, 5])
  })
})
