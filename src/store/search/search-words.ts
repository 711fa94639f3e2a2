import { PostgresAdapter, type RawBuilder } from 'kysely'
import type { Match } from '../../domain/search/match.ts'
import type { Db } from '../store.ts'
import { postgresWords } from './postgres-words.ts'
import { sqliteWords } from './sqlite-words.ts'

/** What the index holds of one thing. */
export interface Entry {
  repositoryId: number
  kind: string
  key: string
  state: string
  createdAt: number
  updatedAt: number
  comments: number
  reactions: number
}

/** What it is found by: words in order, and facts. */
export interface EntryWords {
  title: readonly string[]
  body: readonly string[]
  facts: readonly string[]
}

/** Where to look: what a person may read, decided before any text is compared. */
export interface Reach {
  repositories: readonly { repositoryId: number; shelf: number }[]
}

/** The index of words of one database. */
export interface SearchWords {
  /** Enters a thing, or what is new about its words. */
  save(tx: Db, entry: Entry & EntryWords): void
  /** Takes out things of a repository; without keys all of a kind. */
  remove(tx: Db, what: { repositoryId: number; kind: string; keys?: readonly string[] }): Promise<void>
  /** `from … where …`: the entries `e` of these repositories that hold what is asked for, and further tables. */
  matching(match: Match, reach: Reach, beside?: readonly string[]): RawBuilder<unknown>
}

/** The index of the database behind a handle. */
export function searchWordsOf(db: Db): SearchWords {
  return db.getExecutor().adapter instanceof PostgresAdapter ? postgresWords : sqliteWords
}
