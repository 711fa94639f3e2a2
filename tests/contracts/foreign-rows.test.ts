import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { readQuery } from '../../contract/search/read-query.ts'
import { planSearch } from '../../src/domain/search/plan-search.ts'
import { listActionsRuns } from '../../src/store/actions.ts'
import { listDeliveries } from '../../src/store/delivery-lists.ts'
import { findIssues, listIssues } from '../../src/store/issues.ts'
import type { Key, Page } from '../../src/store/keyset.ts'
import { listPullRequests } from '../../src/store/pull-requests.ts'
import { listRuns } from '../../src/store/runs.ts'
import { countEntries } from '../../src/store/search/find-entries.ts'
import type { Db } from '../../src/store/store.ts'
import { listChanges, readFollowed } from '../../src/store/visible-changes.ts'
import { plantForeignRows } from '../support/foreign-rows.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'

const reader = { userId: 'reader' }
const page = { ...reader, limit: 30 }
const planOf = (q: string) => planSearch(readQuery(q, 'issues'), { kind: 'issue', login: 'reader', now: 0 })

/** Every list over all that a person may read, and what they find of their own. */
const lists: Record<string, (db: Db) => Promise<number>> = {
  changes: async (db) => (await listChanges(db, { ...page, maintains: false })).length,
  'changes before one': async (db) =>
    (await listChanges(db, { ...page, maintains: false, before: 15_000 })).length,
  'changes after one': async (db) => (await listChanges(db, { ...page, maintains: false, after: 0 })).length,
  'changes of a foreign repository': async (db) =>
    3 + (await listChanges(db, { ...page, maintains: false, topic: 'repo:2' })).length,
  'changes that a subscription missed': async (db) =>
    (await readFollowed(db, { ...page, topics: ['repo:*', 'run:*', 'system'], after: 0 })).length,
  deliveries: async (db) => (await listDeliveries(db, { ...page, seesUnassigned: false })).items.length,
  'deliveries of an owner': async (db) =>
    (await listDeliveries(db, { ...page, seesUnassigned: true })).items.length - 1,
  'failed deliveries': async (db) =>
    3 + (await listDeliveries(db, { ...page, seesUnassigned: false, state: 'failed' })).items.length,
  runs: async (db) => (await listRuns(db, page)).items.length,
  'runs of a workflow': async (db) => (await listRuns(db, { ...page, workflowId: 'w' })).items.length,
  'completed runs': async (db) => (await listRuns(db, { ...page, status: 'completed' })).items.length,
  issues: async (db) => (await listIssues(db, page)).items.length,
  'issues by change': async (db) =>
    (await listIssues(db, { ...page, sort: 'updated', state: 'all', direction: 'asc' })).items.length,
  'pull requests': async (db) => (await listPullRequests(db, page)).items.length,
  'pull requests by change': async (db) =>
    (await listPullRequests(db, { ...page, sort: 'updated', state: 'all' })).items.length,
  'runs of Actions': async (db) => (await listActionsRuns(db, page)).items.length,
  'issues by a search': async (db) =>
    (await findIssues(db, { ...page, plan: planOf('tide is:open') })).items.length,
  'issues by a label': async (db) =>
    (await findIssues(db, { ...page, plan: planOf('label:bug') })).items.length,
  'how many a search finds': async (db) =>
    await countEntries(db, { ...reader, plan: planOf('tide'), most: 100 }),
}

describe('lists among the rows of others', () => {
  it('come by none of them: counted by Postgres, row by row', async () => {
    await using store = await openTempStore('postgres')
    await plantForeignRows(store, { foreign: 20_000, own: 3 })
    const visited: Record<string, number> = {}
    for (const [name, list] of Object.entries(lists)) {
      await store.write(async (tx) => {
        const before = await rowsVisited(tx)
        expect(await list(tx), name).toBe(3)
        visited[name] = (await rowsVisited(tx)) - before
      })
    }
    const most = Math.max(...Object.values(visited))
    expect(most, JSON.stringify(visited)).toBeLessThan(200)
  })

  it('would be seen if they did', async () => {
    await using store = await openTempStore('postgres')
    await plantForeignRows(store, { foreign: 20_000, own: 3 })
    await store.write(async (tx) => {
      const before = await rowsVisited(tx)
      await sql`select * from changes where exists (select 1 from access
        where access.user_id = 'reader' and access.repository_id = changes.repository_id)
        order by seq desc limit 30`.execute(tx)
      expect((await rowsVisited(tx)) - before).toBeGreaterThan(10_000)
    })
  })

  it.each(dialects)('find what is theirs: on %s', async (dialect) => {
    await using store = await openTempStore(dialect)
    await plantForeignRows(store, { foreign: 300, own: 3 })
    for (const [name, list] of Object.entries(lists)) expect(await list(store.read), name).toBe(3)
  })
})

/** Rows that statements of this transaction have read so far, wherever they found them. */
async function rowsVisited(tx: Db): Promise<number> {
  const { rows } = await sql<{ visited: number }>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as visited from pg_stat_xact_user_tables`.execute(
    tx,
  )
  return Number(rows[0]!.visited)
}

describe.each(dialects)('pages over many repositories on %s', (dialect) => {
  it('are the whole list, each row once and in order, whatever the order and the filter', async () => {
    await using store = await openTempStore(dialect)
    // Ties everywhere: few different times, the same numbers in every repository.
    await plantForeignRows(store, { foreign: 20, own: 7, repositories: 12, times: 3 })
    for (const direction of ['asc', 'desc'] as const) {
      for (const sort of ['created', 'updated'] as const) {
        for (const state of ['open', 'closed', 'all'] as const) {
          const filter = { ...reader, direction, sort, state }
          const whole = await listIssues(store.read, { ...filter, limit: 1_000 })
          expect(whole.items.length).toBe(state === 'all' ? 84 : 42)
          const times = whole.items.map((issue) => issue[sort === 'created' ? 'created_at' : 'updated_at'])
          expect(times).toEqual(direction === 'asc' ? times.toSorted() : times.toSorted().reverse())
          const paged = await readPages((rest) => listIssues(store.read, { ...filter, ...rest }))
          expect(paged).toEqual(whole.items)
        }
      }
    }
    const limit = 1_000
    const runs = await listRuns(store.read, { ...reader, limit })
    expect(runs.items.length).toBe(84)
    expect(await readPages((rest) => listRuns(store.read, { ...reader, ...rest }))).toEqual(runs.items)
    const deliveries = await listDeliveries(store.read, { ...reader, seesUnassigned: true, limit })
    expect(deliveries.items.length).toBe(85)
    const pages = readPages((rest) =>
      listDeliveries(store.read, { ...reader, seesUnassigned: true, ...rest }),
    )
    expect(await pages).toEqual(deliveries.items)
    const actions = await listActionsRuns(store.read, { ...reader, limit })
    expect(actions.items.length).toBe(84)
    expect(await readPages((rest) => listActionsRuns(store.read, { ...reader, ...rest }))).toEqual(
      actions.items,
    )
    const changes = await listChanges(store.read, { ...reader, maintains: false, limit })
    expect(changes.length).toBe(84)
    const before = changes[9]!.seq
    expect(await listChanges(store.read, { ...reader, maintains: false, limit: 20, before })).toEqual(
      changes.slice(10, 30),
    )
    const after = changes[50]!.seq
    expect(await listChanges(store.read, { ...reader, maintains: false, limit: 20, after })).toEqual(
      changes.slice(30, 50).reverse(),
    )
  })
})

async function readPages<T>(
  list: (page: { limit: number; after?: Key | undefined }) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = []
  for (let after: Key | undefined; ; ) {
    const { items, next } = await list({ limit: 5, after })
    all.push(...items)
    if (!next) return all
    after = next
  }
}
