import type { Flag } from './flag.ts'

// How far GitHub was read, and what is remembered of it beside the copy.

/** Progress of the first and later syncs, resumable page by page. */
export interface SyncProgressRow {
  /** `user:<id>` for the list of repositories, `repo:<id>` for what is in one. */
  scope: string
  /** repositories | branches | commits | pulls | issues | comments | labels | actions_workflows | actions_runs */
  resource: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  /** Next page to read, 1-based; null when done. */
  next_page: number | null
  /** Rows read so far; rows expected, where GitHub tells. */
  done: number
  total: number | null
  error: string | null
  /** Only what changed after this is being read; null: everything. */
  since: number | null
  /** Items of this sync that did not fit. */
  set_aside: number
  /** Items that differed from GitHub although no webhook had told of it. */
  healed: number
  started_at: number
  updated_at: number
}

/**
 * An object of GitHub that did not fit. Indexes: (repository_id, kind, key) primary,
 * (last_at, repository_id, kind, key).
 */
export interface SetAsideRow {
  repository_id: number
  kind: string
  /** GitHub's id of it, or a digest of what came where it tells none. */
  key: string
  source: 'sync' | 'delivery'
  delivery_id: string | null
  reason: string
  /** What came, as JSON, cut at 64 KiB; `size` is its whole length. */
  raw: string
  size: number
  /** The reading that refused it. */
  version: string
  times: number
  first_at: number
  last_at: number
}

/** That something is gone, so that late news of it brings nothing back. Indexes: primary, (deleted_at). */
export interface TombstoneRow {
  repository_id: number
  kind: string
  /** Its name within repository and kind. */
  key: string
  /** Of a branch: where it stood. */
  sha: string | null
  /** By GitHub's clock; and by ours, which says how long it is remembered. */
  gone_at: number
  deleted_at: number
}

/** How far the log of deliveries of a repository's webhook was read. Index: (repository_id) primary. */
export interface DeliveryLogRow {
  repository_id: number
  hook_id: number
  /** By GitHub's clock: what was delivered before is stored, or beyond recovery. */
  read_until: number
  /** Of its newest page. */
  etag: string | null
  /** Deliveries that did not come and were fetched, so far and last. */
  recovered: number
  recovered_at: number | null
}

/** A page of a list, as GitHub gave it last. Index: (repository_id, list, page) primary. */
export interface ListedPageRow {
  repository_id: number
  /** The resource, and what it hangs under: `issues`, `reviews/302`. */
  list: string
  page: number
  etag: string | null
  /** JSON: the names of its items. */
  names: string
  has_next: Flag
  /** Of what it hangs under: when that was last changed. */
  stamp: string | null
}
