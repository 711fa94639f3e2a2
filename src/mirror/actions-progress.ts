/**
 * What comes before the start has no order: GitHub sends a gated job from `queued` to `waiting` and back, and of
 * those the last one heard is true.
 */
const ranks = new Map([
  ['in_progress', 1],
  ['completed', 2],
])

/** Orders attempts first, then how far each has come. */
export function progressOf({ run_attempt, status }: { run_attempt: number; status: string }): number {
  return run_attempt * 3 + (ranks.get(status) ?? 0)
}
