import { once } from 'node:events'
import { createServer } from 'node:http'
import { coded } from '../errors.ts'

/**
 * Serves the figures on a port of their own, on the loopback address and without a token: for a Prometheus beside the
 * hub. Resolves with how to stop. Throws `config_invalid` when the port is taken.
 */
export async function serveMetrics(
  port: number,
  metrics: () => Promise<{ contentType: string; body: string }>,
): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    metrics().then(
      ({ contentType, body }) => response.writeHead(200, { 'content-type': contentType }).end(body),
      () => response.writeHead(503).end(),
    )
  })
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (cause) {
    throw coded('config_invalid', `METRICS_PORT ${port} cannot be listened on.`, { cause })
  }
  return async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}
