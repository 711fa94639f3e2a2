import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { HubEvents } from '../../src/events.ts'
import { createEvents } from '../../src/events.ts'
import { listDueDeliveries } from '../../src/store/deliveries.ts'
import { openTestApp } from '../support/test-app.ts'

const secret = 'the secret of these tests'
const sign = (body: string | Buffer, key = secret) =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`
const issueOpened = JSON.stringify({ action: 'opened', issue: { number: 1 } })

async function openHook(secrets: () => readonly string[] = () => [secret]) {
  const events = createEvents()
  const told: HubEvents['delivery.received'][] = []
  events.on('delivery.received', (event) => told.push(event))
  const hub = await openTestApp({ webhookSecrets: secrets, events })
  return {
    ...hub,
    told,
    /** Posts as GitHub does; a header of undefined is left out. */
    async post(body: string | Buffer, headers: Record<string, string | undefined> = {}) {
      const all = {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/044aadd',
        'x-github-event': 'issues',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': sign(body),
        ...headers,
      }
      const present = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
      const answer = await hub.app.inject({
        method: 'POST',
        url: '/webhooks/github',
        headers: present as Record<string, string>,
        payload: body,
      })
      return { status: answer.statusCode, body: answer.json(), type: String(answer.headers['content-type']) }
    },
    deliveries: () =>
      hub.store.read
        .selectFrom('deliveries')
        .innerJoin('delivery_bodies', 'delivery_seq', 'seq')
        .selectAll()
        .orderBy('seq')
        .execute(),
    due: async () =>
      (await listDueDeliveries(hub.store.read, { now: Date.now(), limit: 10 })).map(({ id }) => id),
  }
}

describe('webhooks', () => {
  it('stores the raw bytes, which wait to be applied, then answers 202', async () => {
    await using hub = await openHook()
    const body = `{ "action":"opened",  "emoji": "🦊" }\n`
    const id = randomUUID()
    expect(await hub.post(body, { 'x-github-delivery': id })).toMatchObject({
      status: 202,
      body: { id, duplicate: false },
    })
    const [delivery] = await hub.deliveries()
    expect(delivery).toMatchObject({ id, event: 'issues', state: 'pending', applied_at: null })
    expect(Buffer.from(delivery!.body).toString()).toBe(body)
    expect(await hub.due()).toEqual([id])
    expect(hub.told).toMatchObject([{ event: 'issues', result: 'stored' }])
  })

  it('does nothing for a GUID that it knows, however often and whatever the body', async () => {
    await using hub = await openHook()
    const id = { 'x-github-delivery': randomUUID() }
    const answers = await Promise.all([1, 2, 3].map(() => hub.post(issueOpened, id)))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(answers.map(({ body }) => body.duplicate).sort()).toEqual([false, true, true])
    expect((await hub.post('{"other":1}', id)).body.duplicate).toBe(true)
    expect(await hub.deliveries()).toHaveLength(1)
    expect(await hub.due()).toHaveLength(1)
    expect(hub.told.map(({ result }) => result).sort()).toEqual([
      'duplicate',
      'duplicate',
      'duplicate',
      'stored',
    ])
  })

  it('keeps the same body under another GUID as another delivery', async () => {
    await using hub = await openHook()
    await hub.post(issueOpened)
    expect((await hub.post(issueOpened)).body.duplicate).toBe(false)
    expect(await hub.deliveries()).toHaveLength(2)
  })

  it.each([
    ['missing', { 'x-hub-signature-256': undefined }],
    [
      'of SHA-1 only',
      {
        'x-hub-signature-256': undefined,
        'x-hub-signature': `sha1=${createHmac('sha1', secret).update(issueOpened).digest('hex')}`,
      },
    ],
    [
      'SHA-1 under the name of SHA-256',
      { 'x-hub-signature-256': `sha1=${createHmac('sha1', secret).update(issueOpened).digest('hex')}` },
    ],
    ['of another secret', { 'x-hub-signature-256': sign(issueOpened, 'guess') }],
    ['of an empty secret', { 'x-hub-signature-256': sign(issueOpened, '') }],
    ['of another body', { 'x-hub-signature-256': sign(`${issueOpened} `) }],
    ['cut short', { 'x-hub-signature-256': sign(issueOpened).slice(0, -1) }],
    ['empty', { 'x-hub-signature-256': '' }],
  ])('refuses a signature that is %s, and forgets the GUID', async (_name, headers) => {
    await using hub = await openHook()
    const id = { 'x-github-delivery': randomUUID() }
    const refused = await hub.post(issueOpened, { ...id, ...headers })
    expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_signature' } })
    expect(refused.type).toContain('application/problem+json')
    expect(await hub.deliveries()).toEqual([])
    expect(hub.told).toMatchObject([{ event: 'unknown', result: 'rejected' }])
    // GitHub's own delivery of that GUID still counts.
    expect(await hub.post(issueOpened, id)).toMatchObject({ status: 202, body: { duplicate: false } })
  })

  it('checks the signature before it reads JSON or headers', async () => {
    await using hub = await openHook()
    const broken = await hub.post('{', { 'x-hub-signature-256': sign('}'), 'x-github-delivery': undefined })
    expect(broken.status).toBe(401)
  })

  it('takes the current and the previous secret while they are rotated, then only the current one', async () => {
    let secrets = [secret]
    await using hub = await openHook(() => secrets)
    const withSecret = async (key: string) =>
      (await hub.post(issueOpened, { 'x-hub-signature-256': sign(issueOpened, key) })).status
    expect(await withSecret('new')).toBe(401)
    secrets = ['new', secret]
    expect([await withSecret('new'), await withSecret(secret)]).toEqual([202, 202])
    secrets = ['new']
    expect([await withSecret('new'), await withSecret(secret)]).toEqual([202, 401])
  })

  it('is closed, not open, without a secret', async () => {
    await using hub = await openHook(() => [])
    const answer = await hub.post(issueOpened, { 'x-hub-signature-256': sign(issueOpened, '') })
    expect(answer).toMatchObject({ status: 503, body: { code: 'webhooks_not_configured' } })
    expect(await hub.deliveries()).toEqual([])
  })

  it.each([
    ['no GUID', { 'x-github-delivery': undefined }],
    ['an empty GUID', { 'x-github-delivery': '' }],
    ['a GUID with other characters', { 'x-github-delivery': "1' or '1'='1" }],
    ['a GUID of 201 characters', { 'x-github-delivery': 'a'.repeat(201) }],
    ['no event', { 'x-github-event': undefined }],
    ['an event with other characters', { 'x-github-event': 'issues, push' }],
  ])('refuses %s', async (_name, headers) => {
    await using hub = await openHook()
    expect(await hub.post(issueOpened, headers)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
    expect(await hub.deliveries()).toEqual([])
  })

  it.each(['', '{', '}', 'null', '"text"', '[1]', 'a=b'])('refuses the body %j', async (body) => {
    await using hub = await openHook()
    expect(await hub.post(body)).toMatchObject({ status: 400, body: { code: 'malformed_json' } })
    expect(await hub.deliveries()).toEqual([])
  })

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/jsonp',
    'multipart/form-data; boundary=x',
  ])('refuses the media type %s', async (type) => {
    await using hub = await openHook()
    const answer = await hub.post(issueOpened, { 'content-type': type })
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
  })

  it('takes application/json with a charset', async () => {
    await using hub = await openHook()
    expect((await hub.post(issueOpened, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(
      202,
    )
  })

  it('stores events that it does not know', async () => {
    await using hub = await openHook()
    expect((await hub.post('{"zen":1}', { 'x-github-event': 'merge_group' })).status).toBe(202)
    expect(await hub.deliveries()).toMatchObject([{ event: 'merge_group', state: 'pending' }])
  })

  it('does not read a body of hostile shapes as anything but bytes', async () => {
    await using hub = await openHook()
    const body = `{"__proto__":{"admin":true},"constructor":{"prototype":1},"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect((await hub.post(body)).status).toBe(202)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
    expect((await hub.deliveries())[0]!.body.byteLength).toBe(body.length)
  })

  it.each([
    [
      'a million keys',
      () => `{${Array.from({ length: 1_000_000 }, (_, key) => `"${key}":1`)}}`,
      /1000000 values/,
    ],
    ['a list of a million', () => `{"a":[${'1,'.repeat(1_000_000)}1]}`, /values/],
    [
      '600 levels',
      () => `{"a":"${'x'.repeat(300_000)}","b":${'['.repeat(600)}${']'.repeat(600)}}`,
      /601 levels/,
    ],
  ])('keeps a large payload of %s, but will not parse it', async (_, make, error) => {
    await using hub = await openHook()
    const body = make()
    const id = { 'x-github-delivery': randomUUID() }
    expect(await hub.post(body, id)).toMatchObject({ status: 202, body: { duplicate: false } })
    const [delivery] = await hub.deliveries()
    expect(delivery).toMatchObject({ state: 'failed', error: expect.stringMatching(error), due_at: null })
    expect(Buffer.from(delivery!.body).toString() === body).toBe(true)
    expect(await hub.due()).toEqual([])
    expect((await hub.post(body, id)).body.duplicate).toBe(true)
    const changes = await hub.store.read.selectFrom('changes').select('kind').execute()
    expect(changes).toEqual([{ kind: 'delivery.failed' }])
  })

  it('takes the largest push that GitHub sends, and texts full of brackets', async () => {
    await using hub = await openHook()
    const commit = {
      id: 'c',
      tree_id: 't',
      message: '"{[,',
      author: { a: 1, b: 2, c: 3 },
      committer: { a: 1, b: 2 },
    }
    const files = {
      added: ['a', 'b', 'c'],
      removed: ['a', 'b'],
      modified: Array.from({ length: 30 }, () => 'x/y.ts'),
    }
    const commits = Array.from({ length: 2_048 }, () => ({ ...commit, ...files, url: 'u', distinct: true }))
    const text = '\\"[{,'.repeat(200_000)
    for (const payload of [{ ref: 'r', commits }, { comment: text }]) await hub.post(JSON.stringify(payload))
    expect((await hub.deliveries()).map(({ state }) => state)).toEqual(['pending', 'pending'])
  })

  it('takes 25 MB and refuses 27 MB', async () => {
    await using hub = await openHook()
    const sized = (bytes: number) => Buffer.from(`{"a":"${'x'.repeat(bytes - 8)}"}`)
    const large = sized(25 * 1024 * 1024)
    expect((await hub.post(large)).status).toBe(202)
    expect(Buffer.compare((await hub.deliveries())[0]!.body, large)).toBe(0)
    expect(await hub.post(sized(27 * 1024 * 1024))).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large' },
    })
    expect(await hub.deliveries()).toHaveLength(1)
  })

  it('refuses who shows no signature before the body has come', async () => {
    await using hub = await openHook()
    await hub.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = hub.app.server.address() as AddressInfo
    const headers = { 'content-type': 'application/json', 'content-length': 25 * 1024 * 1024 }
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/webhooks/github',
      headers,
    })
    request.on('error', () => {}) // the answer comes before the body, which then is cut off
    request.flushHeaders()
    const [answer] = await once(request, 'response')
    request.destroy()
    expect(answer.statusCode).toBe(401)
  })

  it('takes a body in chunks over a real connection', async () => {
    await using hub = await openHook()
    await hub.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = hub.app.server.address() as AddressInfo
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/webhooks/github',
      headers: {
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
        'x-github-event': 'issues',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': sign(issueOpened),
      },
    })
    for (const character of issueOpened) request.write(character)
    request.end()
    const [answer] = await once(request, 'response')
    answer.resume()
    expect(answer.statusCode).toBe(202)
    expect(Buffer.from((await hub.deliveries())[0]!.body).toString()).toBe(issueOpened)
  })

  it('answers 503, not 202, when the database refuses the commit', async () => {
    await using hub = await openHook()
    await hub.store.close()
    expect((await hub.post(issueOpened)).status).toBe(503)
  })
})
