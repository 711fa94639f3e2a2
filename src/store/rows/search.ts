// What search finds things by: filled with the rows that it tells of, in their transactions.

/**
 * One thing that can be searched for: an issue, a comment. Its words and facts are in `search_words` on SQLite, under
 * its id, and in a column of its own on Postgres. Indexes: id primary, (repository_id, kind, key) unique.
 */
export interface SearchEntryRow {
  /** On SQLite: within the repository's shelf, so that a range of ids is a range of repositories. */
  id: number
  repository_id: number
  kind: string
  /** Its name within repository and kind. */
  key: string
  /** `open`, `merged`, `failure`; empty where it has none. */
  state: string
  created_at: number
  updated_at: number
  /** 0 where it has none, or cannot have any. */
  comments: number
  reactions: number
}

/**
 * That a pull request says it closes an issue of its repository; on GitHub that counts where it goes into the default
 * branch. Indexes: (repository_id, issue_number, pull_number) primary, (repository_id, pull_number).
 */
export interface ClosingReferenceRow {
  repository_id: number
  issue_number: number
  pull_number: number
}

/** Which ids the entries of a repository have on SQLite: 2³² from `shelf` × 2³² on. */
export interface SearchShelfRow {
  repository_id: number
  shelf: number
}

/** How far the rows that were stored before a kind was searched, or searched so, are entered. */
export interface SearchFillingRow {
  kind: string
  version: number
  /** The key of the last row that was entered, JSON; null: none yet. */
  after: string | null
  done_at: number | null
}

/** Somebody whom something in a repository names. Indexes: (repository_id, login_key) primary. */
export interface SeenPersonRow {
  repository_id: number
  /** The login in lower case. */
  login_key: string
  login: string
  avatar_url: string | null
}
