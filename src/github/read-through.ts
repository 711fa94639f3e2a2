import type { GithubClient } from './create-client.ts'

interface Kept {
  at: number
  value: Promise<unknown>
}

/** So many answers are kept; of more, the oldest go. */
const mostKept = 200

/** Reads of GitHub that the mirror does not hold, each kept for a while for the person who asked. */
export interface ReadThrough {
  /**
   * What `read` gives, or gave within `keptMs` under the same key. Who asks is part of the key: nobody sees what only
   * another may. Throws the `github_…` errors of the table; a failure is not kept.
   */
  get<T>(
    key: { userId: string; what: string; keptMs: number },
    client: GithubClient,
    read: (client: GithubClient) => Promise<T>,
  ): Promise<T>
}

/** Makes an empty memory of what was read. */
export function createReadThrough(clock: () => number): ReadThrough {
  const kept = new Map<string, Kept>()
  return {
    get({ userId, what, keptMs }, client, read) {
      const key = `${userId} ${what}`
      const held = kept.get(key)
      if (held && clock() - held.at < keptMs) return held.value as ReturnType<typeof read>
      const value = read(client)
      const entry = { at: clock(), value }
      kept.delete(key)
      kept.set(key, entry)
      for (const [oldest] of kept) {
        if (kept.size <= mostKept) break
        kept.delete(oldest)
      }
      value.catch(() => {
        if (kept.get(key) === entry) kept.delete(key)
      })
      return value
    },
  }
}
