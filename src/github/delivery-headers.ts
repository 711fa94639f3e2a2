import type { IncomingHttpHeaders } from 'node:http'

/**
 * What GitHub says of a delivery beside its body, without its GUID, event and signature.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
 */
const kept = [
  'user-agent',
  'content-type',
  'x-github-hook-id',
  'x-github-hook-installation-target-type',
  'x-github-hook-installation-target-id',
  'x-github-enterprise-host',
  'x-github-enterprise-version',
]
/** A header of GitHub's is short; what is longer comes from elsewhere and is cut. */
const longest = 200

/** The headers of a delivery that are kept with it, as JSON; null when it came with none of them. */
export function keptHeaders(headers: IncomingHttpHeaders): string | null {
  const found: Record<string, string> = {}
  let any = false
  for (const name of kept) {
    const value = headers[name]
    if (typeof value !== 'string') continue
    found[name] = value.slice(0, longest)
    any = true
  }
  return any ? JSON.stringify(found) : null
}
