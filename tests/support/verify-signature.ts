import { checkSignature } from '../../src/github/signature.ts'

/** Checks a signature over a body at hand, where the hub checks one that comes in pieces. */
export function verifySignature(
  body: Uint8Array,
  header: string | undefined,
  secrets: readonly string[],
): boolean {
  const check = checkSignature(header, secrets)
  check.add(body)
  return check.isValid()
}
