/** A thing that acts are done to. */
export interface Hand {
  kind: 'issue' | 'pull' | 'run'
  fullName: string
  number: number
}

/** What a page is about, by its address; null: nothing that acts are done to. */
export function handOf(path: string): Hand | null {
  const [, fullName, of, number] =
    /^\/repos\/([^/]+\/[^/]+)\/(issues|pulls|actions\/runs)\/(\d+)(?:\/|$)/.exec(path) ?? []
  if (!fullName || !of) return null
  const kind = of === 'issues' ? 'issue' : of === 'pulls' ? 'pull' : 'run'
  return { kind, fullName: decodeURIComponent(fullName), number: Number(number) }
}
