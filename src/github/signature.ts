import { createHmac, timingSafeEqual } from 'node:crypto'

const scheme = /^sha256=([0-9a-f]{64})$/

/** Tells whether a header has the form of `X-Hub-Signature-256`, without which no body can be valid. */
export function isSignature(header: unknown): boolean {
  return typeof header === 'string' && scheme.test(header)
}

/**
 * Tells whether `header` (`X-Hub-Signature-256`) is the HMAC SHA-256 of the raw `body` under one of the `secrets`:
 * the current one and, while it is being rotated, the previous. Every secret is tried, in constant time. The older
 * `X-Hub-Signature` (SHA-1) is not accepted; without a secret nothing is.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function verifySignature(
  body: Uint8Array,
  header: string | undefined,
  secrets: readonly string[],
): boolean {
  const hex = header === undefined ? undefined : scheme.exec(header)?.[1]
  if (hex === undefined) return false
  const given = Buffer.from(hex, 'hex')
  let valid = false
  for (const secret of secrets) {
    if (secret === '') continue
    const expected = createHmac('sha256', secret).update(body).digest()
    if (timingSafeEqual(given, expected)) valid = true
  }
  return valid
}
