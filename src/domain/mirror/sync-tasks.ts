/** What the queue is asked to do for the mirror; `tasks/` does it. */
export interface MirrorTask {
  kind:
    | 'sync-account'
    | 'sync-repository'
    | 'register-webhook'
    | 'recheck-access'
    | 'tidy-mirror'
    | 'look-for-gaps'
    | 'look-for-news'
    | 'recover-deliveries'
    | 'fill-search'
    | 'download-log'
  payload: Record<string, unknown>
  /** Smaller first. */
  priority: number
  jobKey: string
  jobKeyMode?: 'replace' | 'preserve_run_at'
  serialKey?: string
}

/**
 * Asks GitHub anew what a user may read, and reads what is missing or old; with `everything` also what is fresh.
 */
export function syncAccountTask(userId: string, { everything = false } = {}): MirrorTask {
  return {
    kind: 'sync-account',
    payload: { userId, everything },
    priority: 5,
    jobKey: `sync-account:${userId}${everything ? ':everything' : ''}`,
    serialKey: laneOf('sync-account', userId),
  }
}

/**
 * Reads what changed in a repository since the last time, or everything the first time; `isUrgent`: more is known to
 * have been missed than webhooks will tell.
 */
export function syncRepositoryTask(
  repositoryId: number,
  { priority = 10, isUrgent = false } = {},
): MirrorTask {
  return {
    kind: 'sync-repository',
    payload: { repositoryId, ...(isUrgent && { isUrgent }) },
    priority,
    jobKey: `sync-repository:${repositoryId}`,
    serialKey: laneOf('sync', repositoryId),
  }
}

/** Fetches what a job of GitHub Actions said; `priority` is smaller where somebody waits for it. */
export function downloadLogTask(
  payload: { repositoryId: number; jobId: number },
  { priority = 30 } = {},
): MirrorTask {
  const { repositoryId, jobId } = payload
  return {
    kind: 'download-log',
    payload,
    priority,
    jobKey: `download-log:${jobId}`,
    jobKeyMode: 'preserve_run_at',
    serialKey: laneOf('download-log', repositoryId),
  }
}

/** Registers our webhook in a repository, or brings it up to date. */
export function registerWebhookTask(repositoryId: number, { priority = 50 } = {}): MirrorTask {
  return {
    kind: 'register-webhook',
    payload: { repositoryId },
    priority,
    jobKey: `register-webhook:${repositoryId}`,
    serialKey: laneOf('sync', repositoryId),
  }
}

/** Asks for everybody what they may still read: GitHub tells webhooks only some of it. */
export function recheckAccessTask(): MirrorTask {
  return {
    kind: 'recheck-access',
    payload: {},
    priority: 5,
    jobKey: 'recheck-access',
  }
}

/** Has the log of every webhook compared with what came: at each start, and again and again. */
export function lookForGapsTask(): MirrorTask {
  return {
    kind: 'look-for-gaps',
    payload: {},
    priority: 1,
    jobKey: 'look-for-gaps',
  }
}

/** Has the repositories looked at of which no webhook tells: every minute. */
export function lookForNewsTask(): MirrorTask {
  return {
    kind: 'look-for-news',
    payload: {},
    priority: 5,
    jobKey: 'look-for-news',
  }
}

/**
 * Fetches what GitHub sent to a repository's webhook and did not arrive. `rest`: what a sync has read meanwhile, so that
 * only workflows and the log wait for it.
 */
export function recoverDeliveriesTask(repositoryId: number, { rest = false } = {}): MirrorTask {
  return {
    kind: 'recover-deliveries',
    payload: { repositoryId, ...(rest && { rest }) },
    priority: rest ? 35 : 2,
    jobKey: `recover-deliveries:${repositoryId}${rest ? ':rest' : ''}`,
    serialKey: laneOf(rest ? 'recovery-rest' : 'recovery', repositoryId),
  }
}

/** Reads again what was set aside, where its reading has learnt something, and forgets what was deleted long ago. */
export function tidyMirrorTask(): MirrorTask {
  return {
    kind: 'tidy-mirror',
    payload: {},
    priority: 20,
    jobKey: 'tidy-mirror',
  }
}

/**
 * Syncs wait for GitHub most of the time and must not take all places from others: they stand in a few lanes, one behind
 * the other. A person or repository has always the same one, so that no two syncs of it meet. Accounts have their own:
 * who signs in does not wait for the whole of somebody's repository; and so has what webhooks missed.
 */
function laneOf(
  name: 'sync' | 'sync-account' | 'recovery' | 'recovery-rest' | 'download-log',
  id: string | number,
): string {
  let hash = 0x811c9dc5 // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
  for (const char of String(id)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  return `${name}:${(hash >>> 0) % lanes}`
}

const lanes = 6

/** Enters into the search what was stored before it was searched so. */
export function fillSearchTask(): MirrorTask {
  return { kind: 'fill-search', payload: {}, priority: 30, jobKey: 'fill-search' }
}

const hour = 3_600_000
const day = 24 * hour

interface Freshness {
  synced_at: number | null
  pushed_at: number | null
  hook_id: number | null
}

/**
 * Whether a repository should be read again: never read, pushed to since, or old. Where our webhook keeps it
 * current, once a day finds what a webhook missed; elsewhere every six hours, which GitHub's quota allows for.
 */
export function isStale({ synced_at, pushed_at, hook_id }: Freshness, now: number): boolean {
  if (synced_at === null) return true
  if (hook_id === null && pushed_at !== null && pushed_at > synced_at) return true
  return now - synced_at > (hook_id === null ? 6 * hour : day)
}

/** What was pushed to lately comes first: one place later for each day since. */
export function syncPriority(pushedAt: number | null, now: number): number {
  const days = Math.floor((now - (pushedAt ?? 0)) / day)
  return 10 + Math.min(Math.max(days, 0), 1000)
}

/** Behind everything that was never read. */
export const lastPriority = 2000
