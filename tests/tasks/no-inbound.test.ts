import { describe, expect, it } from 'vitest'
import { lookForGapsTask, lookForNewsTask, syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import { kindNamed } from '../../src/mirror/kinds.ts'
import { countCurrency } from '../../src/store/currency.ts'
import { listItems } from '../../src/store/mirror.ts'
import { plantDelivery } from '../support/github-hooks.ts'
import { issueOf } from '../support/github-server.ts'
import { type MirrorOfOne, startMirrorOfOne } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

const minuteMs = 60_000
const titles = async ({ store }: MirrorOfOne) =>
  (await listItems(store.read, kindNamed('issue')!, { repositoryId: 1, without: 'body' })).map(
    (item) => (item as { title: string }).title,
  )
const modes = ({ store, userId, deps }: MirrorOfOne) =>
  countCurrency(store.read, { userId, fetchedSince: deps.clock() - 24 * 60 * minuteMs })

describe.each(dialects)('a hub that GitHub cannot reach on %s', (dialect) => {
  it('without an address looks each minute, for nothing where nothing changed, and tells nobody of looking', async () => {
    await using hub = await startMirrorOfOne({ dialect })
    const { planted, github } = hub
    planted.issues = [issueOf(1)]
    github.withGraphql = true
    await hub.run(syncAccountTask(hub.userId), lookForNewsTask())
    const told = (await hub.changes('sync.progress')).length
    github.charged = 0
    for (let minutes = 0; minutes < 3; minutes++) {
      hub.advance(minuteMs + 1000)
      await hub.run()
    }
    expect(github.charged).toBe(0)
    expect((await hub.changes('sync.progress')).length).toBe(told)

    const updated_at = new Date(Date.now() + 4 * minuteMs).toISOString()
    planted.issues = [issueOf(2, { title: 'Told by nobody', updated_at }), ...planted.issues]
    hub.advance(minuteMs + 1000)
    await hub.run()
    expect(await titles(hub)).toContain('Told by nobody')
    expect(await modes(hub)).toEqual({ webhooks: 0, log: 0, looks: 1 })
  })

  it('fetches what its webhook was sent in vain from GitHub’s log, each minute', async () => {
    const webhook = { url: 'https://hub.inside.example/webhooks/github', secret: 'a' }
    await using hub = await startMirrorOfOne({ dialect, webhook })
    const { planted } = hub
    await hub.run(syncAccountTask(hub.userId))
    const hookId = Number(planted.hooks[0]!.id)
    const send = (number: number) =>
      plantDelivery(planted, hookId, {
        event: 'issues',
        payload: { action: 'opened', issue: issueOf(number), sender: hub.mona },
        at: new Date(hub.deps.clock()),
      })
    send(1)
    await hub.run(lookForGapsTask())
    expect(await titles(hub)).toEqual(['Issue 1'])
    expect(await modes(hub)).toEqual({ webhooks: 0, log: 1, looks: 0 })
    // From then on by itself, long before the hour in which every log is looked through.
    for (const number of [2, 3]) {
      send(number)
      hub.advance(minuteMs + 1000)
      await hub.run()
      expect(await titles(hub)).toContain(`Issue ${number}`)
    }
  })
})
