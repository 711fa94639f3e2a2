import type { Checks } from '../../contract/checks.ts'

/** One thing that is said of a commit. */
export interface Said {
  /** Of two with the same name the later one counts. */
  name: string
  id: number
  state: Checks['state']
}

/** How a commit stands, as GitHub puts it together; null where nothing is said of it. */
export function combineChecks(sha: string, said: readonly Said[]): Checks | null {
  const latest = new Map<string, Said>()
  for (const one of said) if (one.id > (latest.get(one.name)?.id ?? 0)) latest.set(one.name, one)
  if (latest.size === 0) return null
  const counted = { failure: 0, pending: 0, success: 0 }
  for (const { state } of latest.values()) counted[state]++
  const { failure: failed, pending } = counted
  const state = failed > 0 ? 'failure' : pending > 0 ? 'pending' : 'success'
  return { sha, state, total: latest.size, failed, pending }
}

/** https://docs.github.com/en/graphql/reference/enums#checkconclusionstate */
export function stateOfCheckRun({ status, conclusion }: { status: string; conclusion: string | null }) {
  if (status !== 'completed' || conclusion === 'stale') return 'pending'
  return good.has(conclusion ?? '') ? 'success' : 'failure'
}

const good = new Set(['success', 'neutral', 'skipped'])

/** https://docs.github.com/en/rest/commits/statuses */
export function stateOfStatus(state: string): Checks['state'] {
  return state === 'success' || state === 'pending' ? state : 'failure'
}
