import type { Viewer } from '../../domain/access.ts'
import type { KindName } from '../../mirror/kinds.ts'
import type { Showing } from '../../mirror/retell.ts'
import type { Telling } from '../../store/settle-told.ts'
import type { Db } from '../../store/store.ts'
import type { ToldRepository } from '../../store/told-repositories.ts'
import type { Paging } from './paging.ts'

/** A request that the mirror may be able to answer. */
export interface Asking {
  db: Db
  viewer: Viewer
  /** What stands in the address for `:names`, decoded. */
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  /** Where this API is: `https://hub.example/api/v3`. */
  api: string
  limits: { limit: number; remaining: number; resetAt: number }
  /** Puts into rows what they leave to the deliveries that told it, and keeps it there. */
  settle(telling: Telling, rows: readonly object[]): Promise<void>
}

/** The same within a repository that the person may read. */
export interface AskingRepository extends Asking {
  repository: ToldRepository
  showing: Showing
}

/** An answer in GitHub's shape. */
export interface Answer {
  /** JSON. */
  body: string
  /** Of a list: how its pages are linked. */
  page?: { paging: Paging; total: number }
}

/** Null: the mirror does not hold all that GitHub would answer, and GitHub is asked. */
export type Answering = Promise<Answer | null>

/** A read that the mirror answers. `:name` stands for one part of the address, `:name+` for one or more. */
export type Served =
  | { path: string; answer(asking: Asking): Answering }
  | {
      path: string
      inRepository(asking: AskingRepository): Answering
      /** What GitHub's own answer tells the mirror, where that did not hold all of it. */
      teaches?: Teaching
    }

export interface Teaching {
  kind: KindName
  /** The field that holds the list. */
  wrappedAs?: string
  /** What the address says it hangs under: the name of a part of it. */
  under?: string
}
