/**
 * The `Authorization` of GitHub's clients as the hub's own: they write `token …` for `Bearer …`, or a token as the
 * password or the name of Basic authentication.
 * https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
 */
export function bearerOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +([^ ]+)$/.exec(authorization ?? '') ?? []
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'token':
      return `Bearer ${value}`
    case 'basic': {
      const [, name = '', password = ''] =
        /^([^:]*):?(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? []
      return `Bearer ${password === '' || password === 'x-oauth-basic' ? name : password}`
    }
    default:
      return authorization
  }
}
