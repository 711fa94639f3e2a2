import { createHmac, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../contract/mirror.ts'
import { coded } from '../../src/errors.ts'
import type { DeliveredEvent } from '../../src/tasks/index.ts'
import { issueOf, plantRepository, startGithubServer } from '../support/github-server.ts'
import { dialects } from '../support/temp-store.ts'
import { openTestApp } from '../support/test-app.ts'
import { startTestMirror } from '../support/test-mirror.ts'

const secret = 'the secret of these tests'
const sign = (body: string, key = secret) => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`
const { repository } = plantRepository({ id: 1, name: 'hello', private: true }, {})
const opened = JSON.stringify({
  action: 'opened',
  issue: issueOf(1),
  repository,
  sender: { login: 'mona', id: 1 },
})
const minute = 60_000

/** A hub that takes webhooks over HTTP and applies them; `delivered` is what runs were looked for. */
async function openHub(dialect: (typeof dialects)[number], onDelivered?: (event: DeliveredEvent) => void) {
  const github = await startGithubServer()
  const hub = await openTestApp({ webhookSecrets: () => [secret], dialect })
  const mirror = await startTestMirror({
    store: hub.store,
    url: github.url,
    ...(onDelivered && { onDelivered }),
  })
  return {
    ...hub,
    delivered: mirror.delivered,
    async post(body: string, { id = randomUUID() as string, event = 'issues', key = secret } = {}) {
      const answer = await hub.app.inject({
        method: 'POST',
        url: '/webhooks/github',
        headers: {
          'content-type': 'application/json',
          'x-github-event': event,
          'x-github-delivery': id,
          'x-hub-signature-256': sign(body, key),
        },
        payload: body,
      })
      await mirror.run()
      return { id, status: answer.statusCode, duplicate: answer.json().duplicate as boolean | undefined }
    },
    /** As somebody who may read the repository sees it now. */
    async delivery(id: string) {
      const as = await hub.signIn({ login: 'owner', role: 'owner' })
      const access = { user_id: as.userId, repository_id: 1, permission: 'pull', synced_at: 0 } as const
      await hub.store.write(async (tx) => {
        if (!(await tx.selectFrom('repositories').select('id').executeTakeFirst())) return
        const add = tx.insertInto('access').values(access)
        await add.onConflict((conflict) => conflict.doNothing()).execute()
      })
      return (await hub.ask({ url: `/api/v1/deliveries/${id}`, as })).json<Delivery & { payload: unknown }>()
    },
    advance(ms: number) {
      hub.advance(ms)
      mirror.advance(ms)
    },
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await github[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
    },
  }
}

describe.each(dialects)('replays on %s', (dialect) => {
  it('a GUID that came with bad signatures is taken once it comes with a good one', async () => {
    await using hub = await openHub(dialect)
    const id = randomUUID()
    for (let n = 0; n < 3; n++) expect((await hub.post(opened, { id, key: 'guess' })).status).toBe(401)
    expect(await hub.post(opened, { id })).toMatchObject({ status: 202, duplicate: false })
    expect(await hub.post(opened, { id })).toMatchObject({ status: 202, duplicate: true })
    expect(hub.delivered).toHaveLength(1)
  })

  it('the same body under another GUID is stored and marked, and starts nothing', async () => {
    await using hub = await openHub(dialect)
    const first = await hub.post(opened)
    const again = await hub.post(opened)
    // GitHub signs the body alone: the name of the event can be another one.
    const renamed = await hub.post(opened, { event: 'merge_group' })
    expect([again.status, again.duplicate]).toEqual([202, false])
    expect(hub.delivered).toHaveLength(1)
    expect(await hub.delivery(first.id)).toMatchObject({ state: 'applied', repeat_of: null })
    expect(await hub.delivery(again.id)).toMatchObject({ repeat_of: first.id, error: null })
    expect(await hub.delivery(renamed.id)).toMatchObject({ repeat_of: expect.any(String) })
    await hub.post(opened.replace('opened', 'edited'))
    expect(hub.delivered).toHaveLength(2)
  })

  it('three days later it counts as another event', async () => {
    await using hub = await openHub(dialect)
    await hub.post(opened)
    hub.advance(3 * 24 * 60 * minute + minute)
    const later = await hub.post(opened)
    expect(hub.delivered).toHaveLength(2)
    expect((await hub.delivery(later.id)).repeat_of).toBeNull()
  })

  it('somebody may dispatch the same twice, ten minutes apart', async () => {
    await using hub = await openHub(dialect)
    const dispatch = JSON.stringify({ action: 'deploy', branch: 'main', client_payload: {}, repository })
    const post = () => hub.post(dispatch, { event: 'repository_dispatch' })
    await post()
    await post()
    expect(hub.delivered).toHaveLength(1)
    hub.advance(11 * minute)
    await post()
    expect(hub.delivered).toHaveLength(2)
    expect((await hub.post(dispatch, { event: 'push' })).status).toBe(202)
    expect(hub.delivered).toHaveLength(2)
  })

  it('one that failed is tried again when GitHub delivers it again, with its own body only', async () => {
    let isBroken = true
    await using hub = await openHub(dialect, () => {
      if (isBroken) throw coded('invalid_request', 'broken')
    })
    const { id } = await hub.post(opened)
    expect(await hub.delivery(id)).toMatchObject({ state: 'failed' })
    isBroken = false
    expect((await hub.post(opened.replace('opened', 'edited'), { id })).duplicate).toBe(true)
    expect(await hub.delivery(id)).toMatchObject({ state: 'failed' })
    expect((await hub.post(opened, { id })).duplicate).toBe(false)
    expect(await hub.delivery(id)).toMatchObject({ state: 'applied', error: null, repeat_of: null })
    expect(hub.delivered).toHaveLength(1)
  })

  it('a signed body that is no JSON is kept, fails and can be read', async () => {
    await using hub = await openHub(dialect)
    const { id, status } = await hub.post('{"a":1}}')
    expect(status).toBe(202)
    expect(await hub.delivery(id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('no JSON'),
      payload: '{"a":1}}',
    })
  })
})
