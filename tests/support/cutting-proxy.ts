import { once } from 'node:events'
import { createServer, connect as open, type Socket } from 'node:net'

/** Stands between a hub and its Postgres, to cut their connection at the worst moment. */
export interface CuttingProxy extends AsyncDisposable {
  url: string
  /**
   * Cuts the connection that next commits: `before` the server hears of it, or `after`, so that it commits and its
   * answer is lost. Resolves when that has happened.
   */
  cutNextCommit(when: 'before' | 'after'): Promise<void>
}

/** A proxy on a free port before the server of this URL, which must name a folder of sockets. */
export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url)
  const path = `${target.searchParams.get('host')}/.s.PGSQL.5432`
  const sockets = new Set<Socket>()
  let cut: { when: 'before' | 'after'; done(): void } | undefined

  const server = createServer((client) => {
    const upstream = open(path)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    upstream.pipe(client)
    client.on('data', (bytes) => {
      const now = cut
      // The message of a simple query: its letter, its length, its text. It closes what was sent together.
      if (!now || !bytes.includes('commit\0')) return void upstream.write(bytes)
      cut = undefined
      if (now.when === 'before') {
        upstream.destroy()
      } else {
        upstream.unpipe(client)
        upstream.write(bytes)
        upstream.once('data', () => client.destroy())
        upstream.resume()
      }
      now.done()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `postgres://postgres@127.0.0.1:${port}${target.pathname}`,
    cutNextCommit: (when) =>
      new Promise((done) => {
        cut = { when, done }
      }),
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
