import { once } from 'node:events'
import { createServer } from 'node:net'
import { coded } from './errors.ts'

/**
 * The port to listen on: as configured, or any free one for 0. Found before anything is opened, since addresses that
 * people and GitHub are given hold it. Throws `config_invalid` when the port is taken or not allowed.
 */
export async function findPort({ host, port }: { host: string; port: number }): Promise<number> {
  const probe = createServer()
  try {
    probe.listen({ host, port })
    await once(probe, 'listening')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be listened on (${code})`
    throw coded(
      'config_invalid',
      `Port ${port} of ${host} ${why}. Choose another: PORT=3001 or --port 3001.`,
      { cause },
    )
  }
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : port
}

/** A host to put into addresses: a wildcard listens everywhere but is nowhere. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** Whether only this machine reaches what listens on the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}
