import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedHook {
  event: string
  guid: string
  signed: boolean
  // biome-ignore lint/suspicious/noExplicitAny: payloads of every kind of event are looked into
  payload: any
}

/** An HTTP server where the hub would be: keeps what the local GitHub delivers and checks its signature. */
export async function startReceiver(secret: string) {
  const received: ReceivedHook[] = []
  let arrived = () => {}
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    received.push({
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      signed: request.headers['x-hub-signature-256'] === signature && request.url === '/webhooks/github',
      payload: JSON.parse(body.toString()),
    })
    response.writeHead(202).end()
    arrived()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** Resolves with the first delivery that fits, of the past or to come. */
    async find(fits: (hook: ReceivedHook) => boolean): Promise<ReceivedHook> {
      for (;;) {
        const found = received.find(fits)
        if (found) return found
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Asks the REST API; answers status, headers and body. */
export async function ask(address: string, token: string, init: RequestInit = {}) {
  const response = await fetch(address, {
    ...init,
    headers: { ...(token && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of every kind are looked into
  const body: any = text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, body }
}

export const silent = { info() {}, warn() {} }
