/** So long a webhook may take to tell what somebody did; most take a second. */
const mirroredWithinMs = 15_000
const mostKept = 5000

/** In which repositories something was written through here a moment ago, and the mirror may not know yet. */
export interface RecentWrites {
  note(fullName: string): void
  has(fullName: string): boolean
}

/** Who writes and then reads gets what they wrote: for a moment GitHub itself is asked. */
export function createRecentWrites(clock: () => number): RecentWrites {
  const until = new Map<string, number>()
  return {
    note(fullName) {
      const key = fullName.toLowerCase()
      until.delete(key)
      until.set(key, clock() + mirroredWithinMs)
      if (until.size > mostKept) until.delete(until.keys().next().value!)
    },
    has: (fullName) => (until.get(fullName.toLowerCase()) ?? 0) > clock(),
  }
}
