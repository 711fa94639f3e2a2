import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * Why nothing can be reached at an address, in a word such as `ECONNREFUSED`; null when something listens there.
 * Opens one connection and sends nothing: it costs no quota and tells no one anything.
 */
export async function whyUnreachable(
  address: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<string | null> {
  const { hostname, port, protocol } = new URL(address)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) })
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, timeout]) })
    return null
  } catch (error) {
    if (timeout.aborted) return `no answer within ${timeoutMs / 1000} s`
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  } finally {
    socket.destroy()
  }
}
