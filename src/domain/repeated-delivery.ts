/** GitHub keeps deliveries for three days: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
export const repeatWindowMs = 3 * 24 * 60 * 60 * 1000

/** Somebody may well ask for the same twice; only who repeats it at once is taken for a replay. */
const dispatchWindowMs = 10 * 60 * 1000
const dispatches: readonly string[] = ['workflow_dispatch', 'repository_dispatch']

interface Received {
  event: string
  received_at: number
}

/**
 * Whether a delivery whose body is the same to the byte as an earlier one's repeats it, and so starts no run. GitHub
 * signs the body alone: whoever has seen one delivery can send it again under another GUID and as another event. The
 * bodies of GitHub's events hold times and ids and do not repeat by themselves; those of dispatches may.
 */
export function isRepeat(delivery: Received, earlier: Received): boolean {
  if (delivery.event !== earlier.event) return true
  const window = dispatches.includes(delivery.event) ? dispatchWindowMs : repeatWindowMs
  return delivery.received_at - earlier.received_at <= window
}
