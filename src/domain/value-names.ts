/**
 * Why a secret or variable cannot have this name; null: it can.
 * https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets
 */
export function refuseValueName(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return 'A name has letters, digits and _, and does not begin with a digit.'
  }
  if (name.length > 100) return 'A name has 100 characters at most.'
  if (/^GITHUB_/i.test(name)) return 'Names that begin with GITHUB_ are GitHub’s own.'
  return null
}
