import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits of randomness, fit for addresses and headers. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What the database keeps of a token: enough to recognise it, useless to sign in with. Tokens have 256 random bits,
 * so a plain hash cannot be searched backwards.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Compares without telling by time how much was right. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)))
}
