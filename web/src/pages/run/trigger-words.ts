import type { Run } from '../../../../contract/workflows.ts'

/** Why a run began: `started by ada`, `on issues by bert`, `on schedule`. */
export function triggerWords({ event, actor }: Pick<Run, 'event' | 'actor'>): string {
  if (event === 'workflow_dispatch') return actor ? `started by ${actor}` : 'started by hand'
  return actor ? `on ${event} by ${actor}` : `on ${event}`
}
