/**
 * The number of the issue or pull request that a webhook is about; null for one about something else. What runs on a
 * pull request names it in a list, which GitHub leaves empty for those of forks.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export function subjectNumber(payload: Readonly<Record<string, unknown>>): number | null {
  for (const field of ['issue', 'pull_request']) {
    const number = numberIn(payload[field])
    if (number !== null) return number
  }
  for (const field of ['workflow_run', 'check_run', 'check_suite']) {
    const pulls = (payload[field] as { pull_requests?: unknown } | null | undefined)?.pull_requests
    const number = Array.isArray(pulls) && pulls.length === 1 ? numberIn(pulls[0]) : null
    if (number !== null) return number
  }
  return null
}

function numberIn(value: unknown): number | null {
  const number = (value as { number?: unknown } | null | undefined)?.number
  return Number.isSafeInteger(number) && (number as number) > 0 ? (number as number) : null
}
