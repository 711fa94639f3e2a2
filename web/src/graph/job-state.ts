/** How a part of a run is drawn; `idle` is a definition's, which never runs. */
export type PartState = 'idle' | 'queued' | 'running' | 'success' | 'failure' | 'cancelled' | 'skipped'

/** The one word for a status and a conclusion in GitHub's words. */
export function stateOf({
  status,
  conclusion,
}: {
  status: string | null
  conclusion: string | null
}): PartState {
  if (status === null) return 'idle'
  if (status === 'in_progress') return 'running'
  if (status !== 'completed') return 'queued'
  switch (conclusion) {
    case 'success':
      return 'success'
    case 'cancelled':
      return 'cancelled'
    case 'skipped':
    case 'neutral':
      return 'skipped'
    default:
      return 'failure'
  }
}
