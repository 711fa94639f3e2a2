/** What a first sync has left to do, and how it went lately. */
export interface SyncOutlook {
  now: number
  /** Repositories that are not read yet. */
  left: number
  /** Repositories that were read in the last `latelyMs`. */
  doneLately: number
  latelyMs: number
  /** GitHub's quota of whoever has least; null where GitHub tells none. */
  quota: { limit: number; remaining: number; resetAt: number } | null
}

/** Points of GitHub's REST quota that a small repository costs; GraphQL has a quota of its own. */
const pointsEach = 3
/** Background work leaves a tenth to people. */
const usable = 0.9
const hourMs = 3_600_000

/**
 * When a first sync will have ended, in milliseconds since the epoch: at the pace of lately, but no sooner than GitHub
 * gives enough quota for what is left. null where nothing is left, or nothing is known yet.
 */
export function estimateEnd({ now, left, doneLately, latelyMs, quota }: SyncOutlook): number | null {
  if (left === 0) return null
  const byQuota = quota && endByQuota(now, left * pointsEach, quota)
  if (doneLately === 0) return byQuota !== null && byQuota > now ? byQuota : null
  const byPace = now + (left / doneLately) * latelyMs
  return Math.max(byPace, byQuota ?? 0)
}

/** The beginning of the hour in which there is enough; now where there is already. */
function endByQuota(
  now: number,
  needed: number,
  { limit, remaining, resetAt }: NonNullable<SyncOutlook['quota']>,
): number {
  const hourly = limit * usable
  const atHand = now >= resetAt ? hourly : Math.max(0, remaining - limit * (1 - usable))
  const lacking = needed - atHand
  if (lacking <= 0) return now
  return Math.max(now, resetAt) + (Math.ceil(lacking / hourly) - 1) * hourMs
}
