import { sql } from 'kysely'
import { compiledSending } from './compiled.ts'
import type { ClosingReferenceRow } from './rows/search.ts'
import type { Db } from './store.ts'

interface Saving {
  repositoryId: number
  pullNumber: number
  /** The issues that the pull request says it closes. */
  closes: readonly number[]
  /** What it said before; undefined where that is not known. */
  before: readonly number[] | undefined
}

/** Keeps which issues a pull request closes, in the transaction that saves it. */
export function saveClosingReferences(tx: Db, { repositoryId, pullNumber, closes, before }: Saving): void {
  if (before && closes.join() === before.join()) return
  const pull = { repository_id: repositoryId, pull_number: pullNumber }
  clear(tx, pull)
  for (const issue_number of closes) add(tx, { ...pull, issue_number })
}

/** Forgets what pull requests close, before their rows go; without numbers of all in the repository. */
export async function forgetClosingReferences(
  tx: Db,
  { repositoryId, pullNumbers }: { repositoryId: number; pullNumbers?: readonly number[] },
): Promise<void> {
  let gone = tx.deleteFrom('closing_references').where('repository_id', '=', repositoryId)
  if (pullNumbers) {
    if (pullNumbers.length === 0) return
    gone = gone.where('pull_number', 'in', [...pullNumbers])
  }
  await gone.execute()
}

const clear = compiledSending<Pick<ClosingReferenceRow, 'repository_id' | 'pull_number'>>((db, value) =>
  db
    .deleteFrom('closing_references')
    .where('repository_id', '=', value('repository_id'))
    .where('pull_number', '=', value('pull_number')),
)

const add = compiledSending<ClosingReferenceRow>((db, value) => ({
  compile: () =>
    sql`insert into closing_references (repository_id, issue_number, pull_number)
      values (${value('repository_id')}, ${value('issue_number')}, ${value('pull_number')})
      on conflict do nothing`.compile(db),
}))
