/** GitHub keeps deliveries so long; its servers for enterprises keep them for seven days. */
const keptMs = 3 * 24 * 3_600_000

/** Lines appear in the log minutes after the delivery, and not in the order of their times. */
export const logLagMs = 15 * 60_000

interface Line {
  id: string
  guid: string
  event: string
  action: string | null
  delivered_at: string
  redelivery: boolean
}

/**
 * In which order to fetch what is missing, each delivery once: first what only a delivery tells, that something is gone
 * before all else; then as it happened.
 */
export function orderMissing<Missing extends Line>(
  lines: readonly Missing[],
  unlisted: ReadonlySet<string>,
): (Missing & { isOnlyTold: boolean })[] {
  const first = new Map<string, Missing>()
  for (const line of lines) {
    const known = first.get(line.guid)
    if (!known || line.delivered_at < known.delivered_at) first.set(line.guid, line)
  }
  return [...first.values()]
    .map((line) => ({ line, rank: rankOf(line, unlisted) }))
    .sort(
      ({ line: a, rank }, { line: b, rank: other }) =>
        rank - other || a.delivered_at.localeCompare(b.delivered_at) || ascending(a.id, b.id),
    )
    .map(({ line, rank }) => ({ ...line, isOnlyTold: rank < found }))
}

/** Ids are numbers that may be larger than a number holds. */
function ascending(a: string, b: string): number {
  return a.length - b.length || a.localeCompare(b)
}

/**
 * Whether a sync that reads what is new would not find what a delivery tells: that something is gone (0), or anything
 * of what no list shows (1), whose events are `unlisted`.
 */
function rankOf({ event, action }: Line, unlisted: ReadonlySet<string>): number {
  if (action !== null && removals.has(action)) return 0
  return unlisted.has(event) || (action !== null && unseen.has(action)) ? 1 : found
}

const found = 2
const removals = new Set(['deleted', 'transferred'])
const unseen = new Set(['pinned', 'unpinned'])

/** Whether a log that reaches back to `oldest` (null: it is empty) still tells all that was sent since `until`. */
export function reachesBack({
  oldest,
  until,
  now,
}: {
  oldest: number | null
  until: number
  now: number
}): boolean {
  return until >= now - keptMs || (oldest !== null && oldest <= until)
}
