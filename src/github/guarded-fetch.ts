import { coded } from '../errors.ts'

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

interface Guard {
  fetch: Fetch
  /** The only places that requests, and the credentials in them, may go to. */
  origins: readonly string[]
  /** A whole exchange, from the first byte sent to the last received. */
  timeoutMs: number
  /** The longest answer that is read. */
  maxBytes: number
}

/** Renamed repositories answer with one redirect; more than a few are a loop. */
const mostRedirects = 3

/**
 * A `fetch` that trusts the other side with nothing: no request leaves for another origin, not by a redirect either;
 * an answer that takes too long or does not end is given up. Throws coded errors; a caller's abort stays an
 * `AbortError`.
 */
export function guardFetch({ fetch, origins, timeoutMs, maxBytes }: Guard): Fetch {
  const allowed = new Set(origins)

  return async (address, init = {}) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
    try {
      let url = new URL(address)
      for (let redirects = 0; ; redirects++) {
        if (!allowed.has(url.origin)) throw foreignHost(url, origins)
        const response = await fetch(url, { ...init, redirect: 'manual', signal })
        // Who asks for the address alone goes there without what was meant for this place.
        const next = init.redirect === 'manual' ? undefined : redirectOf(response, url, init.method)
        if (!next || redirects === mostRedirects) return await readWhole(response, maxBytes)
        await response.body?.cancel()
        url = next
      }
    } catch (error) {
      if (init.signal?.aborted) throw new DOMException('The request was aborted.', 'AbortError')
      if (timeout.aborted) throw tooSlow(timeoutMs, error)
      throw error
    }
  }
}

/** Where an answer points to; only reading follows, since another place must not get what was meant for this one. */
function redirectOf(response: Response, from: URL, method = 'GET'): URL | undefined {
  const location = response.headers.get('location')
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null || method !== 'GET')
    return undefined
  return URL.canParse(location, from) ? new URL(location, from) : undefined
}

async function readWhole(response: Response, maxBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    // Leaving the loop cancels the body and closes the connection.
    if (size > maxBytes) throw tooLong(maxBytes)
    chunks.push(chunk)
  }
  const body = size === 0 ? null : Buffer.concat(chunks)
  return new Response(body, { status: response.status, headers: response.headers })
}

function foreignHost(url: URL, origins: readonly string[]): Error {
  return coded(
    'github_forbidden',
    `GitHub pointed to ${url.origin}. The hub did not follow: its credentials are for ${origins.join(' and ')} only.`,
  )
}

function tooSlow(timeoutMs: number, cause: unknown): Error {
  return coded('github_unavailable', `GitHub did not answer within ${timeoutMs / 1000} seconds.`, { cause })
}

function tooLong(maxBytes: number): Error {
  return coded('github_malformed', `GitHub's answer is longer than ${Math.round(maxBytes / 2 ** 20)} MiB.`)
}
