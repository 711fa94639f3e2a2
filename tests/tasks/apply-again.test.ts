import { expect, it } from 'vitest'
import { coded } from '../../src/errors.ts'
import { applyAgain, loadDelivery } from '../../src/store/deliveries.ts'
import { issueOf, plantRepository } from '../support/github-server.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { startTestMirror } from '../support/test-mirror.ts'

it.each(dialects)(
  'a delivery that was given up is applied once the reason is gone, on %s',
  async (dialect) => {
    await using store = await openTempStore(dialect)
    let broken = true
    const mirror = await startTestMirror({
      store,
      url: 'http://127.0.0.1:9',
      onDelivered() {
        if (broken) throw coded('invalid_request', 'The hub cannot do this yet.')
      },
    })
    const { repository } = plantRepository({ id: 1, name: 'hello' }, {})
    const payload = { action: 'opened', repository, issue: issueOf(1), sender: { login: 'mona', id: 1 } }
    const [id = ''] = await mirror.deliver({ event: 'issues', payload })
    expect(await loadDelivery(store.read, id)).toMatchObject({
      state: 'failed',
      error: 'The hub cannot do this yet.',
    })
    broken = false
    expect(await store.write((tx) => applyAgain(tx, { id, now: Date.now() }))).toBe(true)
    await mirror.deliver()
    expect(await loadDelivery(store.read, id)).toMatchObject({ state: 'applied', error: null })
    expect(mirror.delivered.map(({ deliveryId }) => deliveryId)).toEqual([id])
    expect(await store.write((tx) => applyAgain(tx, { id, now: Date.now() }))).toBe(false)
    await mirror.stop()
  },
)
