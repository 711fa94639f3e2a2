/** Where to go after signing in: a path of this app, never another site. */
export function returnPath(wanted: string | undefined): string {
  return wanted?.startsWith('/') && !/^\/[/\\]/.test(wanted) ? wanted : '/'
}
