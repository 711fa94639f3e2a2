import { sql } from 'kysely'
import type { Kind } from '../mirror/kind.ts'
import { compiled, compiledSending } from './compiled.ts'
import type { Db } from './store.ts'

// How many issues and pull requests of a repository are open, kept with it: its lists show that.

/** An item that is stored otherwise now. */
export interface Changed {
  /** null: it is gone. */
  item: object | null
  before: object | undefined
}

/** Keeps the repository's count of what is open, by what changed. */
export async function countOpen(
  tx: Db,
  { counts }: Kind<object>,
  { repositoryId, changed }: { repositoryId: number; changed: readonly Changed[] },
): Promise<void> {
  if (!counts) return
  const weigh = (item: object | null): number => (item && counts.counted(item) ? 1 : 0)
  let difference = 0
  for (const { item, before } of changed) difference += weigh(item) - weigh(before ?? null)
  if (difference !== 0) counting[counts.column](tx, { id: repositoryId, difference })
}

const counting = {
  open_issues: countingIn('open_issues'),
  open_pull_requests: countingIn('open_pull_requests'),
}

function countingIn(column: 'open_issues' | 'open_pull_requests') {
  return compiledSending<{ id: number; difference: number }>((db, value) =>
    db
      .updateTable('repositories')
      .set({ [column]: sql`${sql.ref(column)} + ${value('difference')}` })
      .where('id', '=', value('id')),
  )
}

/** Counts a repository's open issues and pull requests anew. Call it in every transaction that saves some. */
export async function recountOpen(tx: Db, repositoryId: number): Promise<void> {
  await recount(tx, { id: repositoryId })
}

const recount = compiled<{ id: number }, unknown>((db, value) =>
  db
    .updateTable('repositories')
    .set(({ selectFrom }) => ({
      open_issues: selectFrom('issues')
        .select(({ fn }) => fn.countAll<number>().as('open'))
        .where('issues.repository_id', '=', value('id'))
        .where('issues.state', '=', 'open'),
      open_pull_requests: selectFrom('pull_requests')
        .select(({ fn }) => fn.countAll<number>().as('open'))
        .where('pull_requests.repository_id', '=', value('id'))
        .where('pull_requests.state', '=', 'open'),
    }))
    .where('id', '=', value('id')),
)
