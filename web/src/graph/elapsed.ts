import { formatDuration } from '../components/duration.tsx'

/** How long something took; while it goes on, in whole seconds, so that the figure does not flicker. */
export function formatElapsed(from: number, to: number | null, now: number): string {
  if (to !== null) return formatDuration(to - from)
  return now - from < 1000 ? '0s' : formatDuration(now - from)
}
