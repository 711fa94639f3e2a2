import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { requireAccess } from '../../src/http/route-access.ts'
import { openTestApp, publicUrl } from '../support/test-app.ts'

const json = { 'content-type': 'application/json' }

describe('a route', () => {
  test('that does not say who may call it stops the app from being built', async () => {
    const app = Fastify()
    app.addHook('onRoute', requireAccess)
    expect(() => app.get('/open', async () => 'secret')).toThrow('GET /open must say who may call it')
    expect(() => app.get('/closed', { config: { access: 'read' } }, async () => 'secret')).not.toThrow()
  })

  test('needs a credential unless it is public, and a role and scope that reach', async () => {
    await using hub = await openTestApp()
    const viewer = await hub.signIn({ role: 'viewer' })
    const answer = await hub.ask({ url: '/api/v1/me' })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="cldcde"')
    expect((await hub.ask({ url: '/api/v1/me', headers: { authorization: 'Basic eDp5' } })).statusCode).toBe(
      401,
    )
    expect((await hub.ask({ url: '/api/v1/me', as: viewer })).statusCode).toBe(200)
    expect((await hub.ask({ url: '/api/v1/audit', as: viewer })).json()).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
  })
})

describe('errors', () => {
  test('are problems with the id of the request, and nothing of the inside', async () => {
    await using hub = await openTestApp({
      stats: () => {
        throw new Error('select secret from /var/lib/hub at line 1')
      },
      metrics: async () => {
        throw new Error('select secret from /var/lib/hub at line 1')
      },
    })
    const headers = { authorization: 'Bearer the metrics token of tests' }
    const answer = await hub.ask({ url: '/metrics', headers })
    expect(answer.statusCode).toBe(500)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    const problem = answer.json()
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'internal',
      detail: expect.stringContaining(problem.requestId),
      requestId: answer.headers['x-request-id'],
    })
    expect(answer.body).not.toMatch(/select|var\/lib|\.ts|node_modules/)
    expect(hub.logged.join('')).toContain('select secret from /var/lib/hub')
  })

  test.each([
    ['an unknown address', 'GET', '/api/v1/nothing', undefined, 404, 'not_found'],
    ['an address with dots', 'GET', '/../../etc/passwd', undefined, 404, 'not_found'],
    ['a broken escape', 'GET', '/api/v1/%zz', undefined, 400, 'invalid_request'],
    ['another method', 'DELETE', '/api/v1/me', undefined, 405, 'method_not_allowed'],
    ['another method, with parameters', 'POST', '/api/v1/users/7', undefined, 405, 'method_not_allowed'],
    ['broken JSON', 'POST', '/auth/link', '{"token":', 400, 'malformed_json'],
    ['nothing for JSON', 'POST', '/auth/link', '', 400, 'invalid_request'],
    ['__proto__', 'POST', '/auth/link', '{"token":"x","__proto__":{"admin":true}}', 400, 'malformed_json'],
    [
      'constructor',
      'POST',
      '/auth/link',
      '{"token":"x","constructor":{"prototype":{}}}',
      400,
      'malformed_json',
    ],
    ['an unknown property', 'POST', '/auth/link', '{"token":"x","admin":true}', 400, 'invalid_request'],
    ['a wrong type', 'POST', '/auth/link', '{"token":5}', 400, 'invalid_request'],
    ['too much', 'POST', '/auth/link', `{"token":"${'x'.repeat(2 ** 20)}"}`, 413, 'payload_too_large'],
  ] as const)('%s', async (_, method, url, payload, status, code) => {
    await using hub = await openTestApp()
    const answer = await hub.ask({ method, url, payload, headers: payload === undefined ? {} : json })
    expect(answer.json()).toMatchObject({ status, code })
    expect(answer.statusCode).toBe(status)
  })

  test('name what is wrong', async () => {
    await using hub = await openTestApp()
    const ask = async (payload: object) =>
      (await hub.ask({ method: 'POST', url: '/auth/link', payload })).json().detail
    expect(await ask({ token: 'x', admin: true, root: 1 })).toBe('body has unknown properties: admin, root.')
    expect(await ask({ token: 5 })).toBe('body.token must be string.')
    expect(await ask({})).toBe('body must have required properties token.')
  })

  test('say which methods an address has', async () => {
    await using hub = await openTestApp()
    const answer = await hub.ask({ method: 'DELETE', url: '/auth/github' })
    expect(answer.headers.allow?.toString().split(', ').sort()).toEqual(['GET', 'HEAD'])
  })

  test('TRACE is 405 everywhere, on the wire', async () => {
    await using hub = await openTestApp()
    const address = await hub.app.listen({ port: 0, host: '127.0.0.1' })
    for (const path of ['/', '/api/v1/me', '/nothing']) {
      expect(
        await sendRaw(address, `TRACE ${path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n`),
      ).toMatch(/^HTTP\/1.1 405 /)
    }
  })
})

describe('headers', () => {
  test('close what browsers leave open', async () => {
    await using hub = await openTestApp()
    const { headers } = await hub.ask({ url: '/api/v1/setup' })
    const policy = String(headers['content-security-policy']).split(';')
    for (const directive of [
      "default-src 'self'",
      "script-src 'self'",
      expect.stringMatching(/^style-src 'self'( 'sha256-[\w+/]{43}=')+$/),
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]) {
      expect(policy).toContainEqual(directive)
    }
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers).not.toHaveProperty('strict-transport-security')
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    expect(headers).not.toHaveProperty('x-powered-by')
  })

  test('hold browsers to https where the hub has it', async () => {
    await using hub = await openTestApp({ publicUrl: 'https://hub.example' })
    const { headers } = await hub.ask({ url: '/' })
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
    expect(headers['content-security-policy']).toContain('wss://hub.example')
  })

  test('of proxies that nobody configured change nothing', async () => {
    await using hub = await openTestApp()
    const forged = {
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-request-id': 'mine',
      host: 'evil.example',
    }
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) {
      const answer = await hub.ask({
        method: 'POST',
        url: '/auth/link',
        headers: { ...forged, 'x-forwarded-for': `1.2.3.${i}` },
        payload: { token: 'x' },
      })
      statuses.push(answer.statusCode)
      expect(answer.headers['x-request-id']).not.toBe('mine')
    }
    expect(statuses.slice(-2)).toEqual([429, 429])
    const page = await hub.ask({ url: '/api/v1/users?limit=1', as: await hub.signIn(), headers: forged })
    expect(page.headers.link ?? '').not.toContain('evil')
    expect(hub.logged.join('')).not.toContain('1.2.3.')
  })
})

describe('limits', () => {
  test('ten sign-ins a minute and address, then 429 with when to come back', async () => {
    await using hub = await openTestApp()
    const attempt = (remoteAddress: string) =>
      hub.ask({ method: 'POST', url: '/auth/link', payload: { token: 'guess' }, remoteAddress })
    for (let i = 9; i >= 0; i--) {
      const answer = await attempt('10.9.9.9')
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['ratelimit-policy']).toBe('"sign-in";q=10;w=60')
      expect(answer.headers.ratelimit).toMatch(new RegExp(`^"sign-in";r=${i};t=\\d+$`))
    }
    const answer = await attempt('10.9.9.9')
    expect(answer.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await attempt('10.9.9.8')).statusCode).toBe(401)
  })

  test('refused refreshes count, granted ones do not', async () => {
    await using hub = await openTestApp()
    let { cookie } = await hub.signIn()
    const refresh = (one: string) =>
      hub.ask({
        method: 'POST',
        url: '/auth/refresh',
        headers: { cookie: one, origin: publicUrl },
        payload: {},
      })
    for (let i = 0; i < 12; i++) {
      const answer = await refresh(cookie)
      expect(answer.statusCode).toBe(200)
      cookie = String(answer.headers['set-cookie']).split(';', 1)[0]!
    }
    for (let i = 0; i < 10; i++) expect((await refresh('cldcde_refresh=guess')).statusCode).toBe(401)
    expect((await refresh('cldcde_refresh=guess')).statusCode).toBe(429)
  })

  test('the API has a generous one for each person', async () => {
    await using hub = await openTestApp()
    const { headers } = await hub.ask({ url: '/api/v1/me', as: await hub.signIn() })
    expect(headers.ratelimit).toMatch(/^"api";r=1199;t=\d+$/)
  })
})

describe('the log', () => {
  test('has one line a request, with its id, without what would let a reader in', async () => {
    await using hub = await openTestApp()
    const person = await hub.signIn()
    const answer = await hub.ask({ url: '/api/v1/me?ticket=hush&code=hush&x=1&state=hush', as: person })
    const lines = hub.logged
      .map((line) => JSON.parse(line))
      .filter(({ msg, url }) => msg === 'request' && url?.includes('/me'))
    expect(lines).toMatchObject([
      {
        requestId: answer.headers['x-request-id'],
        url: '/api/v1/me?ticket=[redacted]&code=[redacted]&x=1&state=[redacted]',
        method: 'GET',
        status: 200,
      },
    ])
    const everything = hub.logged.join('')
    for (const secret of ['hush', person.accessToken, person.cookie.split('=')[1]!])
      expect(everything).not.toContain(secret)
  })
})

describe('health and figures', () => {
  test('alive and ready, without saying more', async () => {
    await using hub = await openTestApp()
    expect((await hub.ask({ url: '/healthz' })).body).toBe('{"status":"ok"}')
    expect((await hub.ask({ url: '/readyz' })).body).toBe('{"status":"ready"}')
  })

  test('not ready while the database takes no writes', async () => {
    await using hub = await openTestApp()
    await hub.store.close()
    expect((await hub.ask({ url: '/readyz' })).json()).toMatchObject({ status: 503, code: 'unavailable' })
    expect((await hub.ask({ url: '/healthz' })).statusCode).toBe(200)
  })

  test('figures for the metrics token or somebody signed in', async () => {
    await using hub = await openTestApp()
    const ask = async (authorization?: string) =>
      (await hub.ask({ url: '/metrics', headers: authorization ? { authorization } : {} })).statusCode
    expect(await ask()).toBe(401)
    expect(await ask('Bearer something else')).toBe(401)
    expect(await ask('Bearer the metrics token of tests')).toBe(200)
    expect(await ask(`Bearer ${(await hub.signIn()).accessToken}`)).toBe(200)
  })
})

describe('the description of the API', () => {
  test('is an OpenAPI 3.1 document in which every reference leads somewhere', async () => {
    await using hub = await openTestApp()
    const answer = await hub.ask({ url: '/api/v1/openapi.json' })
    const document = answer.json()
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: publicUrl }] })
    expect(document.paths['/api/v1/users/{id}'].patch.security).toEqual([{ bearer: ['admin'] }])
    expect(document.paths['/api/v1/setup'].get).not.toHaveProperty('security')
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['User', 'Problem', 'AccessGrant']),
    )
    for (const [, reference] of answer.body.matchAll(/"\$ref":"([^"]+)"/g)) {
      const [, ...steps] = reference!.split('/')
      expect([reference, steps.reduce((at, step) => at?.[step], document)]).toEqual([
        reference,
        expect.any(Object),
      ])
    }
  })

  test('can be read by people, without scripts', async () => {
    await using hub = await openTestApp()
    const answer = await hub.ask({ url: '/api/docs' })
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toContain('<code>/api/v1/users/{id}</code>')
    expect(answer.body).toContain('id="schema-user"')
    expect(answer.body).not.toMatch(/<script|undefined|\[object/)
  })
})

describe('the web app', () => {
  test('is served compressed, its hashed parts for good, its page for every address of a browser', async () => {
    const webRoot = mkdtempSync(join(tmpdir(), 'cldcde-web-'))
    onTestFinished(() => rmSync(webRoot, { recursive: true }))
    mkdirSync(join(webRoot, 'assets'))
    writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>hub</title>')
    writeFileSync(join(webRoot, 'favicon.svg'), '<svg/>')
    writeFileSync(join(webRoot, 'assets/app-1a2b.js'), 'let hub')
    writeFileSync(join(webRoot, 'assets/app-1a2b.js.gz'), gzipSync('let hub'))
    await using hub = await openTestApp({ webRoot })
    const browser = { accept: 'text/html,*/*' }

    const asset = await hub.ask({ url: '/assets/app-1a2b.js', headers: { 'accept-encoding': 'gzip' } })
    expect(asset.headers).toMatchObject({
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': expect.stringContaining("script-src 'self'"),
    })
    for (const url of ['/', '/sign-in?error=x', '/repositories/a/b', '/setup?token=t']) {
      const page = await hub.ask({ url, headers: { ...browser, host: '127.0.0.1:3000' } })
      expect(page.statusCode).toBe(200)
      expect(page.body).toContain('<title>hub</title>')
      expect(page.headers['cache-control']).toBe('no-cache')
      expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    }
    expect(
      (await hub.ask({ method: 'HEAD', url: '/', headers: { host: '127.0.0.1:3000' } })).statusCode,
    ).toBe(200)
    expect((await hub.ask({ url: '/favicon.svg' })).headers['content-type']).toBe('image/svg+xml')
    for (const url of ['/api/v1/nothing', '/auth/nothing', '/assets/gone.js', '/favicon.ico']) {
      const { statusCode } = await hub.ask({ url, headers: url === '/favicon.ico' ? {} : browser })
      expect([url, statusCode]).toEqual([url, 404])
    }
    expect((await hub.ask({ url: '/assets/..%2findex.html' })).statusCode).toBe(400)
    expect((await hub.ask({ method: 'POST', url: '/repositories', headers: browser })).statusCode).toBe(404)
  })

  test('has one address: another name of this machine leads there', async () => {
    const webRoot = mkdtempSync(join(tmpdir(), 'cldcde-web-'))
    onTestFinished(() => rmSync(webRoot, { recursive: true }))
    mkdirSync(join(webRoot, 'assets'))
    writeFileSync(join(webRoot, 'index.html'), '<!doctype html>')
    await using hub = await openTestApp({ webRoot })
    const navigate = (host: string) => hub.ask({ url: '/runs?x=1', headers: { host, accept: 'text/html' } })
    expect((await navigate('localhost:3000')).headers.location).toBe(`${publicUrl}/runs?x=1`)
    for (const host of ['evil.example:3000', 'localhost:3001', '127.0.0.1:3000', 'a b']) {
      expect((await navigate(host)).headers).not.toHaveProperty('location')
    }
  })
})

async function sendRaw(address: string, request: string): Promise<string> {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.end(request)
  return (await socket.toArray()).join('')
}
