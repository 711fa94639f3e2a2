import { once } from 'node:events'
import { createServer } from 'node:net'
import { coded } from './errors.ts'

interface Place {
  host: string
  port: number
  /** What names the port. */
  setting?: 'PORT' | 'METRICS_PORT'
}

/**
 * The port to listen on: as configured, or any free one for 0. Found before anything is opened, since addresses that
 * people and GitHub are given hold it. Throws `config_invalid` when the port is taken or not allowed.
 */
export async function findPort({ host, port, setting = 'PORT' }: Place): Promise<number> {
  const probe = createServer()
  try {
    probe.listen({ host, port })
    await once(probe, 'listening')
  } catch (cause) {
    throw coded('config_invalid', whyNot(cause as NodeJS.ErrnoException, { host, port, setting }), { cause })
  }
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : port
}

function whyNot({ code }: NodeJS.ErrnoException, { host, port, setting }: Required<Place>): string {
  const another = `Choose another: ${setting}=${port + 1 > 65_535 ? 3001 : port + 1}${setting === 'PORT' ? ' or --port' : ''}.`
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is taken by another program. ${another}`
    case 'EACCES':
      return `Port ${port} of ${host} is not allowed to this user. ${another}`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Setting HOST: ${host} is no address of this machine (${code}). 127.0.0.1 is, and 0.0.0.0 is all of them.`
    default:
      return `Port ${port} of ${host} cannot be listened on (${code}). ${another}`
  }
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
