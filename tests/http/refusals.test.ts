import { createHmac, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createEvents } from '../../src/events.ts'
import { createStormGauge } from '../../src/queue/storm-gauge.ts'
import { openTestApp, type TestApp } from '../support/test-app.ts'

const secret = 'the secret of these tests'
const body = JSON.stringify({ action: 'opened' })
const sign = (text: string, key = secret) => `sha256=${createHmac('sha256', key).update(text).digest('hex')}`

function post(
  hub: TestApp,
  options: { key?: string; from?: string; text?: string; headers?: Record<string, string> } = {},
) {
  const { key = secret, from = '192.0.2.1', text = body, headers = {} } = options
  return hub.app.inject({
    method: 'POST',
    url: '/webhooks/github',
    remoteAddress: from,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': sign(text, key),
      ...headers,
    },
    payload: text,
  })
}

describe('wrong signatures', () => {
  it('of an address meet 429 with when to come back, valid deliveries from there do not', async () => {
    await using hub = await openTestApp({ webhookSecrets: () => [secret] })
    for (let n = 0; n < 60; n++) expect((await post(hub, { key: 'guess' })).statusCode).toBe(401)
    const refused = await post(hub, { key: 'guess' })
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.headers['ratelimit-policy']).toBe('"signature";q=60;w=60')
    expect(refused.headers.ratelimit).toMatch(/^"signature";r=0;t=\d+$/)
    // What a request says about proxies changes nothing.
    const forged = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' }
    expect((await post(hub, { key: 'guess', headers: forged })).statusCode).toBe(429)
    expect((await post(hub, { headers: { 'x-hub-signature-256': 'junk' } })).statusCode).toBe(429)

    expect((await post(hub)).statusCode).toBe(202)
    expect((await post(hub, { key: 'guess', from: '192.0.2.2' })).statusCode).toBe(401)
    // Large bodies are not even read.
    const large = JSON.stringify({ text: 'x'.repeat(300_000) })
    expect((await post(hub, { text: large })).statusCode).toBe(429)
    expect((await post(hub, { text: large, from: '192.0.2.2' })).statusCode).toBe(202)
  })

  it('are no storm: only what was stored holds back the work', async () => {
    const events = createEvents()
    const isStorm = createStormGauge(events, () => 1_000)
    await using hub = await openTestApp({ webhookSecrets: () => [secret], events })
    for (let n = 0; n < 300; n++) await post(hub, { key: 'guess', from: `192.0.2.${n % 250}` })
    expect(isStorm()).toBe(false)
    const headers = { 'x-github-delivery': randomUUID() }
    for (let n = 0; n < 300; n++) await post(hub, { headers })
    expect(isStorm()).toBe(false)
    for (let n = 0; n < 249; n++) await post(hub)
    expect(isStorm()).toBe(true)
  })
})

describe('requests without a valid credential', () => {
  it.each([
    ['none', undefined],
    ['a wrong API token', 'Bearer cldcde_guess'],
    ['a wrong session', 'Bearer guess'],
  ])(
    '(%s) meet 429 with when to come back, whoever is signed in behind the same address does not',
    async (_, authorization) => {
      await using hub = await openTestApp()
      const from = { remoteAddress: '192.0.2.7' }
      const call = () =>
        hub.ask({ url: '/api/v1/me', ...from, headers: authorization ? { authorization } : {} })
      for (let n = 299; n >= 0; n--) {
        const answer = await call()
        expect(answer.statusCode).toBe(401)
        expect(answer.headers.ratelimit).toMatch(new RegExp(`^"unauthenticated";r=${n};t=\\d+$`))
      }
      const answer = await call()
      expect([answer.statusCode, answer.json().code]).toEqual([429, 'rate_limited'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(answer.headers['ratelimit-policy']).toBe('"unauthenticated";q=300;w=60')
      expect((await hub.ask({ url: '/api/v1/me', ...from, as: await hub.signIn() })).statusCode).toBe(200)
      expect((await hub.ask({ url: '/api/v1/me', remoteAddress: '192.0.2.8' })).statusCode).toBe(401)
    },
  )

  it('that sign in with GitHub in vain meet 429', async () => {
    await using hub = await openTestApp()
    const call = () => hub.ask({ url: '/auth/github/callback?code=x&state=y', remoteAddress: '192.0.2.9' })
    for (let n = 0; n < 10; n++) expect((await call()).statusCode).toBe(400)
    const answer = await call()
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.headers.ratelimit).toMatch(/^"sign-in";r=0;t=\d+$/)
  })

  it('to addresses that do not exist meet 429', async () => {
    await using hub = await openTestApp()
    const call = () => hub.ask({ url: '/api/v1/nothing', remoteAddress: '192.0.2.10' })
    for (let n = 0; n < 1_200; n++) expect((await call()).statusCode).toBe(404)
    expect((await call()).statusCode).toBe(429)
  })
})
