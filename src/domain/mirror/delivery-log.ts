/** GitHub keeps deliveries so long; its servers for enterprises keep them for seven days. */
export const keptMs = 3 * 24 * 3_600_000

/** Lines appear in the log minutes after the delivery, and not in the order of their times. */
export const logLagMs = 15 * 60_000

interface Line {
  id: string
  guid: string
  action: string | null
  delivered_at: string
  redelivery: boolean
}

/**
 * In which order to fetch what is missing, each delivery once: first what only a delivery tells, that something is
 * gone; then as it happened.
 */
export function orderMissing<Missing extends Line>(lines: readonly Missing[]): Missing[] {
  const first = new Map<string, Missing>()
  for (const line of lines) {
    const known = first.get(line.guid)
    if (!known || line.delivered_at < known.delivered_at) first.set(line.guid, line)
  }
  const rank = ({ action }: Line) => (action !== null && removals.has(action) ? 0 : 1)
  return [...first.values()].sort(
    (a, b) => rank(a) - rank(b) || a.delivered_at.localeCompare(b.delivered_at) || a.id.localeCompare(b.id),
  )
}

const removals = new Set(['deleted', 'transferred'])

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
