import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { githubContext } from '../../src/domain/workflow/github-context.ts'
import { type Performed, performStep } from '../../src/engine/perform-step.ts'
import { createHttpRequest, type HttpRequestOptions } from '../../src/engine/steps/http-request.ts'
import { isPublicAddress } from '../../src/engine/steps/public-address.ts'

/** A server on this machine that keeps what it was asked. */
async function listen(answer: RequestListener) {
  const seen: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    seen,
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const run = {
  ...{
    id: 'r',
    workflow_id: 'w',
    workflow_name: 'W',
    version: 1,
    number: 1,
    attempt: 1,
    name: 'n',
    event: 'push',
  },
  ...{ repository: 'acme/site', delivery_id: null, actor: 'mona', cause_depth: 0 },
}

const secret = 'hush-6f1c9a'

async function perform(inputs: Record<string, string>, options: HttpRequestOptions = {}, timeoutMs = 10_000) {
  const task = {
    job: 'a',
    step: 's',
    attempt: 1,
    inputs,
    github: githubContext(run, {}),
    authorize: () => Promise.reject(new Error('not its business')),
    command: null,
    startedAt: 0,
    hide: (text: string) => text.replaceAll(secret, '***'),
  }
  const { result } = await new Promise<Performed>((onEnd) => {
    performStep(createHttpRequest(options), task, { timeoutMs, onEnd })
  })
  return result
}

const blocked = { outcome: 'failure', error: { code: 'blocked_address', message: expect.any(String) } }

describe('internal addresses', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0:PORT/',
    'http://[::1]:PORT/',
    'http://[::]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[::127.0.0.1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://LocalHost:PORT/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://168.63.129.16/',
    'http://[fe80::1]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://１２７.0.0.1:PORT/',
  ])('%s is refused before a packet is sent', async (address) => {
    await using server = await listen((_, response) => response.end('secret'))
    expect(await perform({ url: address.replace('PORT', String(server.port)) })).toMatchObject(blocked)
    expect(server.seen).toEqual([])
  })

  it.each([
    ['one internal address', ['127.0.0.1']],
    ['a public and an internal one', ['93.184.216.34', '127.0.0.1']],
    ['an internal one in IPv6 clothes', ['::ffff:169.254.169.254']],
    ['a NAT64 form', ['64:ff9b::a00:1']],
  ])('a name that resolves to %s is refused', async (_, addresses) => {
    await using server = await listen((_, response) => response.end('secret'))
    const lookup = async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    expect(await perform({ url: `http://rebind.example:${server.port}/` }, { lookup })).toMatchObject(blocked)
    expect(server.seen).toEqual([])
  })

  it('a name is resolved once, so that a second answer cannot differ', async () => {
    await using server = await listen((_, response) => response.end('ok'))
    let asked = 0
    const lookup = async () => {
      asked++
      return [{ address: '127.0.0.1', family: 4 }]
    }
    const host = `neighbour.example:${server.port}`
    const result = await perform({ url: `http://${host}/` }, { lookup, allowHosts: [host] })
    expect(result).toMatchObject({ outcome: 'success', outputs: { body: 'ok' } })
    expect(asked).toBe(1)
    expect(server.seen[0]?.headers.host).toBe(host)
  })

  it('a redirect to an internal address is refused at its hop', async () => {
    await using inner = await listen((_, response) => response.end('secret'))
    for (const location of [inner.url, `//localhost:${inner.port}/`, 'http://169.254.169.254/']) {
      await using outer = await listen((_, response) => response.writeHead(302, { location }).end())
      const result = await perform({ url: outer.url }, { allowHosts: [`127.0.0.1:${outer.port}`] })
      expect(result).toMatchObject(blocked)
    }
    expect(inner.seen).toEqual([])
  })

  it('public addresses are told apart', () => {
    for (const address of ['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:4700:4700::1111']) {
      expect(isPublicAddress(address)).toBe(true)
    }
    for (const address of [
      '',
      'example.com',
      '127.0.0.1',
      '0.0.0.0',
      '198.18.0.1',
      '192.0.0.192',
      '2001:db8::1',
      '2002:7f00:1::',
    ]) {
      expect(isPublicAddress(address)).toBe(false)
    }
  })
})

describe('requests', () => {
  const reach = (server: { port: number }) => ({ allowHosts: [`127.0.0.1:${server.port}`] })

  it('carry method, headers and body, and answer status, type and body', async () => {
    await using server = await listen((_, response) =>
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"ok":true}'),
    )
    const inputs = {
      url: `${server.url}/a?b=c`,
      method: 'post',
      headers: 'X-Key: k:1\n\nAccept: */*\n',
      body: 'hello',
    }
    expect(await perform(inputs, reach(server))).toEqual({
      outcome: 'success',
      outputs: { status: '201', 'content-type': 'application/json', body: '{"ok":true}' },
      log: `POST ${server.url}/a → 201`,
      error: null,
    })
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/a?b=c',
      body: 'hello',
      headers: { 'x-key': 'k:1', accept: '*/*', 'content-length': '5' },
    })
  })

  it('fail unless the answer is 2xx', async () => {
    await using server = await listen((_, response) => response.writeHead(503).end('later'))
    const { outcome, error } = await perform({ url: server.url }, reach(server))
    expect(outcome).toBe('failure')
    expect(error).toEqual({ code: 'step_unavailable', message: `GET ${server.url}/ → 503\nlater` })
  })

  it('follow redirects, but show another host neither headers nor body', async () => {
    await using second = await listen((_, response) => response.end('arrived'))
    await using first = await listen((request, response) => {
      const location = request.url === '/away' ? second.url : '/away'
      response
        .writeHead(request.url === '/307' ? 307 : 302, {
          location: request.url === '/307' ? second.url : location,
        })
        .end()
    })
    const options = { allowHosts: [`127.0.0.1:${first.port}`, `127.0.0.1:${second.port}`] }
    const inputs = { method: 'POST', headers: 'authorization: Bearer t\nx-api-key: k', body: 'private' }
    expect(await perform({ ...inputs, url: `${first.url}/start` }, options)).toMatchObject({
      outputs: { body: 'arrived' },
    })
    expect(first.seen[1]).toMatchObject({
      method: 'GET',
      url: '/away',
      headers: { authorization: 'Bearer t' },
    })
    expect(second.seen[0]).toMatchObject({ method: 'GET', body: '' })
    expect(JSON.stringify(second.seen[0]?.headers)).not.toMatch(/Bearer|api-key/)
    expect(await perform({ ...inputs, url: `${first.url}/307` }, options)).toMatchObject({
      outcome: 'failure',
    })
    expect(second.seen).toHaveLength(1)
  })

  it('show nothing of a secret where they are cut', async () => {
    await using server = await listen((request, response) => {
      response.writeHead(request.url === '/fails' ? 400 : 200)
      response.end(`${'x'.repeat(request.url === '/fails' ? 995 : 61_435)}${secret}${'y'.repeat(9_000)}`)
    })
    const { error } = await perform({ url: `${server.url}/fails` }, reach(server))
    expect(error?.message).toMatch(/x\*\*\*/)
    const { outputs } = await perform({ url: `${server.url}/` }, reach(server))
    expect(outputs.body).toMatch(/^x{61435}\*\*\*yy\n… \[cut off after 61440 bytes\]/)
  })

  it('give up on endless redirects, endless bodies and silence', async () => {
    await using server = await listen((request, response) => {
      if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end()
      if (request.url === '/endless') {
        const more = () => response.write('x'.repeat(16_384), () => response.destroyed || setImmediate(more))
        response.writeHead(200)
        more()
      }
    })
    expect((await perform({ url: `${server.url}/loop` }, reach(server))).error?.message).toMatch(/redirects/)
    expect(server.seen).toHaveLength(6)
    const endless = await perform({ url: `${server.url}/endless` }, reach(server))
    expect(endless.outputs.body).toMatch(/^x{61440}\n… \[cut off after 61440 bytes\]/)
    expect((await perform({ url: `${server.url}/silent` }, reach(server), 100)).error?.code).toBe(
      'step_timeout',
    )
  })

  it.each([
    [{ url: 'ftp://example.com' }, /no http or https/],
    [{ url: 'file:///etc/passwd' }, /no http or https/],
    [{ url: 'nonsense' }, /no http or https/],
    [{ url: 'https://user:pass@example.com' }, /Credentials/],
    [{ url: 'https://example.com', method: 'CONNECT' }, /'method' must be/],
    [{ url: 'https://example.com', headers: 'Host: internal' }, /cannot be set/],
    [{ url: 'https://example.com', headers: 'Transfer-Encoding: chunked' }, /cannot be set/],
    [{ url: 'https://example.com', headers: 'no colon' }, /one 'Name: value' a line/],
  ])('%j is refused', async (inputs, message) => {
    const lookup = () => Promise.reject(new Error('must not be asked'))
    const { outcome, error } = await perform(inputs, { lookup })
    expect({ outcome, code: error?.code }).toEqual({ outcome: 'failure', code: 'step_failed' })
    expect(error?.message).toMatch(message)
  })
})
