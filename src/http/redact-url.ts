const secret = /([?&](?:ticket|code|state|setup|token|link|access_token)=)[^&#]*/gi

/** An address as the log may hold it: without what would let a reader of the log in. */
export function redactUrl(url: string): string {
  return url.replace(secret, '$1[redacted]')
}
