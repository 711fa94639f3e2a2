import { describe, expect, it } from 'vitest'
import { kindNamed } from '../../src/mirror/kinds.ts'
import { listItems } from '../../src/store/plain-lists.ts'
import { exampleOf } from '../support/github-server.ts'
import { compare, connect } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

const milestone = kindNamed('milestone')!

function milestoneOf(number: number, more: Record<string, unknown> = {}) {
  return { ...exampleOf('milestone', 'milestone'), id: 900 + number, number, title: `v${number}`, ...more }
}

describe.each(dialects)('a kind of no special words on %s', (dialect) => {
  it('is stored from syncs and webhooks, listed, told and taken away like every other', async () => {
    await using hub = await connect({
      dialect,
      plant: ({ milestones }) => milestones.push(milestoneOf(1), milestoneOf(2)),
    })
    const page = { userId: hub.userId, repositoryId: 1, limit: 2 }
    const listed = async () => (await listItems(hub.store.read, milestone, page)).items
    expect(await listed()).toMatchObject([{ number: 2, title: 'v2' }, { number: 1 }])

    const told = (action: string, number: number, more = {}) => ({
      event: 'milestone',
      payload: {
        action,
        milestone: milestoneOf(number, more),
        repository: hub.planted.repository,
        sender: hub.mona,
      },
    })
    await hub.deliver(told('created', 3, { updated_at: '2030-01-01T00:00:00Z' }))
    const first = await listItems(hub.store.read, milestone, page)
    expect(first.items).toMatchObject([{ number: 3 }, { number: 2 }])
    const second = await listItems(hub.store.read, milestone, { ...page, after: first.next ?? undefined })
    expect(second).toMatchObject({ items: [{ number: 1 }], next: null })
    await hub.deliver(told('edited', 3, { title: 'too old', updated_at: '2020-01-01T00:00:00Z' }))
    await hub.deliver(told('deleted', 2))
    expect(await listed()).toMatchObject([{ number: 3, title: 'v3' }, { number: 1 }])
    expect(await hub.changes('milestone.updated')).toMatchObject([
      { topic: 'repo:1', action: 'created', milestone: { number: 3 }, full_name: 'acme/hello' },
      { action: 'edited', milestone: { title: 'v3' } },
    ])
    expect(await hub.changes('milestone.removed')).toMatchObject([{ action: 'deleted', id: 902 }])

    // A list that does not hold the first any more, nor yet the third, which was made after GitHub gave it.
    hub.planted.milestones.splice(0, 2, milestoneOf(4))
    await compare(hub)
    expect(await listed()).toMatchObject([{ number: 4 }, { number: 3 }])
    expect((await listItems(hub.store.read, milestone, { ...page, userId: 'nobody' })).items).toEqual([])
  })
})
