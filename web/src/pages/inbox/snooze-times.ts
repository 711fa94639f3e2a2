/** Nine in the morning of the next day, where the person is. */
export function tomorrow(now = new Date()): string {
  return morningAfter(now, 1)
}

/** Nine in the morning of the next Monday. */
export function nextWeek(now = new Date()): string {
  return morningAfter(now, (8 - now.getDay()) % 7 || 7)
}

/** In three hours. */
export function laterToday(now = new Date()): string {
  return new Date(now.getTime() + 3 * 3_600_000).toISOString()
}

function morningAfter(now: Date, days: number): string {
  const morning = new Date(now)
  morning.setDate(now.getDate() + days)
  morning.setHours(9, 0, 0, 0)
  return morning.toISOString()
}
