import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifySignature } from '../support/verify-signature.ts'

/** The example of https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
const documented = {
  secret: "It's a Secret to Everybody",
  body: Buffer.from('Hello, World!'),
  header: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
}
const { secret, body, header } = documented

describe('verifySignature', () => {
  it("accepts GitHub's documented example", () => {
    expect(verifySignature(body, header, [secret])).toBe(true)
  })

  it('accepts the current and the previous secret while they are rotated, and only those', () => {
    expect(verifySignature(body, header, ['new', secret])).toBe(true)
    expect(verifySignature(body, header, [secret, 'old'])).toBe(true)
    expect(verifySignature(body, header, ['new', 'old'])).toBe(false)
  })

  const sha1 = `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`
  const refused: [string, string | undefined][] = [
    ['no header', undefined],
    ['an empty header', ''],
    ['SHA-1', sha1],
    ['a digest without its scheme', header.slice('sha256='.length)],
    ['a digest cut short', header.slice(0, -2)],
    ['a longer digest', `${header}00`],
    ['capital letters', header.toUpperCase()],
    ['one changed digit', header.replace(/7$/, '8')],
    ['something after it', `${header}\n`],
  ]
  it.each(refused)('refuses %s', (_, given) => {
    expect(verifySignature(body, given, [secret])).toBe(false)
  })

  it('refuses a changed body', () => {
    expect(verifySignature(Buffer.from('Hello, World'), header, [secret])).toBe(false)
  })

  it('refuses everything without a secret, and an empty one', () => {
    const forged = `sha256=${createHmac('sha256', '').update(body).digest('hex')}`
    expect(verifySignature(body, header, [])).toBe(false)
    expect(verifySignature(body, forged, [''])).toBe(false)
  })
})
