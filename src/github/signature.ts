import { createHmac, timingSafeEqual } from 'node:crypto'

const scheme = /^sha256=([0-9a-f]{64})$/

/** Tells whether a header has the form of `X-Hub-Signature-256`, without which no body can be valid. */
export function isSignature(header: unknown): boolean {
  return typeof header === 'string' && scheme.test(header)
}

/** Checks a signature over a body that comes in pieces. */
export interface SignatureCheck {
  add(chunk: Uint8Array): void
  isValid(): boolean
}

/**
 * Checks whether `header` (`X-Hub-Signature-256`) is the HMAC SHA-256 of a raw body under one of the `secrets`: the
 * current one and, while it is being rotated, the previous. Every secret is tried, in constant time. The older
 * `X-Hub-Signature` (SHA-1) is not accepted; without a secret nothing is.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function checkSignature(header: string | undefined, secrets: readonly string[]): SignatureCheck {
  const hex = header === undefined ? undefined : scheme.exec(header)?.[1]
  const given = hex === undefined ? undefined : Buffer.from(hex, 'hex')
  const expected = secrets.filter((secret) => secret !== '').map((secret) => createHmac('sha256', secret))
  return {
    add(chunk) {
      for (const hmac of expected) hmac.update(chunk)
    },
    isValid() {
      let valid = false
      for (const hmac of expected) if (timingSafeEqual(given ?? nothing, hmac.digest())) valid = true
      return given !== undefined && valid
    },
  }
}

const nothing = Buffer.alloc(32)
