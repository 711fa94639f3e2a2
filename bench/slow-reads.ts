/**
 * What somebody waits for a list who may read little, while a store is full of what others may read: 200,000 rows of
 * each kind in a foreign repository, 3 in each of their own; with 1 repository of their own, and with 1,000. Beside it
 * the walk along everybody's rows that looks at rights afterwards, in the same run. Prints JSON: milliseconds.
 */
import { sql } from 'kysely'
import { listActionsRuns } from '../src/store/actions.ts'
import { listDeliveries } from '../src/store/delivery-lists.ts'
import { listIssues } from '../src/store/issues.ts'
import { openStore } from '../src/store/open-store.ts'
import { listPullRequests } from '../src/store/pull-requests.ts'
import { listRepositories } from '../src/store/repositories.ts'
import { listRuns } from '../src/store/runs.ts'
import type { Db } from '../src/store/store.ts'
import { listChanges, readFollowed } from '../src/store/visible-changes.ts'
import { plantForeignRows } from '../tests/support/foreign-rows.ts'
import { tempFolder } from '../tests/support/temp-store.ts'
import { describeMachine, summarise } from './support/measure.ts'

const foreign = 200_000
const own = 3
const times = 15
const page = { userId: 'reader', limit: 30 }

const lists: Record<string, (db: Db) => Promise<unknown>> = {
  changes: (db) => listChanges(db, { ...page, maintains: false }),
  'changes, by way of others': (db) =>
    sql`select * from changes where exists (select 1 from access
      where access.user_id = 'reader' and access.repository_id = changes.repository_id)
      order by seq desc limit 30`.execute(db),
  'changes of a foreign topic': (db) => listChanges(db, { ...page, maintains: false, topic: 'repo:2' }),
  'a subscription, from the beginning': (db) =>
    readFollowed(db, { ...page, topics: ['repo:*', 'run:*', 'system'], after: 0 }),
  deliveries: (db) => listDeliveries(db, { ...page, seesUnassigned: false }),
  'failed deliveries, by an owner': (db) =>
    listDeliveries(db, { ...page, seesUnassigned: true, state: 'failed' }),
  runs: (db) => listRuns(db, page),
  'runs of a workflow': (db) => listRuns(db, { ...page, workflowId: 'w' }),
  'completed runs': (db) => listRuns(db, { ...page, status: 'completed' }),
  issues: (db) => listIssues(db, page),
  'issues by change': (db) => listIssues(db, { ...page, sort: 'updated', state: 'all' }),
  'pull requests': (db) => listPullRequests(db, page),
  'runs of Actions': (db) => listActionsRuns(db, page),
  repositories: (db) => listRepositories(db, page),
}

async function measure(repositories: number) {
  const { dataDir, remove } = await tempFolder()
  const store = await openStore({ dataDir })
  await plantForeignRows(store, { foreign, own, repositories })
  const measured: Record<string, unknown> = {}
  for (const [name, list] of Object.entries(lists)) {
    const durations: number[] = []
    for (let round = 0; round < times; round++) {
      const began = performance.now()
      await list(store.read)
      durations.push(performance.now() - began)
    }
    measured[name] = { ...summarise(durations.slice(1)), first: Math.round(durations[0]! * 100) / 100 }
  }
  await store.close()
  await remove()
  return { repositories, ms: measured }
}

console.log(
  JSON.stringify(
    {
      bench: 'slow-reads',
      ...describeMachine(),
      foreign_rows_of_each_kind: foreign,
      readers: [await measure(1), await measure(1_000)],
    },
    null,
    2,
  ),
)
