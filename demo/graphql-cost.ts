/**
 * What GitHub counts for a query: the requests that its connections take, each as often as what it is in may come, by
 * the hundred. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function costOf(query: string): number {
  const times = [1]
  let requests = 0
  let next = 1
  for (const [token] of query.matchAll(/\([^)]*\)|[{}]/g)) {
    if (token === '}') times.pop()
    else if (token === '{') {
      times.push(times.at(-1)! * next)
      next = 1
    } else {
      const first = /\b(?:first|last):\s*(\d+)/.exec(token)?.[1]
      if (first === undefined) continue
      requests += times.at(-1)!
      next = Number(first)
    }
  }
  return Math.max(1, Math.round(requests / 100))
}
