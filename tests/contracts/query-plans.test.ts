import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { compileFunction } from 'node:vm'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { forgetAct } from '../../src/store/acts.ts'
import { appendChanges, firstSeq, lastSeq, readChanges } from '../../src/store/changes.ts'
import { acceptDelivery, loadDelivery, markDelivery } from '../../src/store/deliveries.ts'
import { listDeliveries } from '../../src/store/delivery-lists.ts'
import { forgetPagesAfter } from '../../src/store/listed-pages.ts'
import { databaseFile, openStore } from '../../src/store/open-store.ts'
import { claimTasks, countTasks, listOrphans, nextDue } from '../../src/store/tasks.ts'
import { listChanges, readFollowed } from '../../src/store/visible-changes.ts'
import { findUnseenIssuers } from '../support/query-issuers.ts'
import {
  findForeignWalks,
  findFullScans,
  refuseFullScans,
  watchProductQueries,
} from '../support/query-plans.ts'
import { runFolder } from '../support/run-folder.ts'
import { openTempStore, tempFolder } from '../support/temp-store.ts'

describe('full scans', () => {
  const planted = {
    'a filter without an index': 'select * from "issues" where "title" = ?',
    'a filter behind an alias': 'select "i"."id" from "issues" as "i" where "i"."title" = ?',
    'counting a whole table': 'select count(*) from "deliveries"',
    'sorting a whole table for its first rows': 'select * from "changes" order by "kind" limit ?',
    'a limit without an order': 'select * from "commits" where "message" = ? limit ?',
    'an update of everything': 'update "tasks" set "priority" = ? where "kind" = ?',
    'a delete by an unindexed column': 'delete from "runs" where "name" = ?',
    'the inner side of a join':
      'select 1 from "users" inner join "sessions" on "sessions"."ip" = "users"."login" where "users"."id" = ?',
  }
  it.each(Object.entries(planted))('finds %s', async (_, query) => {
    await using store = await openTempStore()
    using database = new DatabaseSync(join(store.dataDir, databaseFile))
    expect(findFullScans(database, query)).toHaveLength(1)
    expect(() => refuseFullScans(database, [query])).toThrow(/whole growing table/)
  })

  const harmless = {
    'a walk along an index up to a limit':
      'select * from "deliveries" order by "received_at" desc, "id" desc limit ?',
    'a search':
      'select * from "issues" where "repository_id" = ? and "state" = ? order by "updated_at" desc limit ?',
    'a small table': 'select * from "settings"',
    'a schema change': 'create table "more" ("id" integer)',
  }
  it.each(Object.entries(harmless))('lets %s pass', async (_, query) => {
    await using store = await openTempStore()
    using database = new DatabaseSync(join(store.dataDir, databaseFile))
    expect(findFullScans(database, query)).toEqual([])
  })
})

describe('walks along the rows of everybody', () => {
  const readable = 'exists (select 1 from access where access.user_id = ? and access.repository_id = '
  const planted = {
    'the log, by its order': `select * from changes where ${readable}changes.repository_id) order by seq desc limit ?`,
    'deliveries, by their time': `select id from deliveries where ${readable}deliveries.repository_id)
      order by received_at desc, id desc limit ?`,
    'runs, by their time': `select id from runs where ${readable}runs.repository_id) order by created_at desc, id desc limit ?`,
    'runs of a workflow': `select id from runs where workflow_id = ? and ${readable}runs.repository_id)
      order by created_at desc, id desc limit ?`,
    'issues behind an alias': `select "i"."number" from "issues" as "i" where ${readable}i.repository_id)
      order by "i"."updated_at" limit ?`,
  }
  it.each(Object.entries(planted))('are found: %s', async (_, query) => {
    await using store = await openTempStore()
    using database = new DatabaseSync(join(store.dataDir, databaseFile))
    expect(findForeignWalks(database, query)).toHaveLength(1)
    expect(() => refuseFullScans(database, [query])).toThrow(/rows of everybody/)
  })

  const harmless = {
    'one repository': `select * from issues where repository_id = ? and ${readable}issues.repository_id)
      order by number limit ?`,
    'the head of each repository': `select (select seq from changes where changes.repository_id = access.repository_id
      order by -seq limit 1) from access where user_id = ?`,
    'one row': `select * from runs where id = ? and ${readable}runs.repository_id) limit 1`,
    'no more than a few': `select * from (select * from runs where workflow_id = ? order by created_at desc limit 50)
      as latest where ${readable}latest.repository_id) limit 1`,
  }
  it.each(Object.entries(harmless))('are not: %s', async (_, query) => {
    await using store = await openTempStore()
    using database = new DatabaseSync(join(store.dataDir, databaseFile))
    expect(findForeignWalks(database, query)).toEqual([])
  })
})

describe('watching the product', () => {
  it('sees what product code issues, and not what a test asks for itself', async () => {
    const { dataDir, remove } = await tempFolder()
    const { onQuery, queries } = watchProductQueries()
    const store = await openStore({ dataDir, onQuery })
    await sql`select count(*) from issues`.execute(store.read)
    await store.read.selectFrom('issues').selectAll().execute()
    const own = queries.filter((query) => query.includes('issues') && query.startsWith('select'))
    expect(own).toEqual([])
    await countTasks(store.read, 1)
    expect(queries.some((query) => query.includes('from "tasks"'))).toBe(true)
    await store.close()
    await remove()
  })

  it('fails the test in which product code makes a full scan', async () => {
    const store = await openTempStore()
    const planted = compileFunction(
      `return db.selectFrom('issues').select('number').where('title', '=', 'planted').execute()`,
      ['db'],
      { filename: new URL('../../src/store/planted.ts', import.meta.url).pathname },
    )
    await planted(store.read)
    await expect(store.close()).rejects.toThrow(/SCAN issues\n.*"title" = \?/)
  })

  it('knows at the end which functions of the store nobody called', async () => {
    await using store = await openTempStore()
    await countTasks(store.read, 1)
    const { dataDir: root, remove } = await tempFolder()
    mkdirSync(join(root, 'src/store'), { recursive: true })
    writeFileSync(
      join(root, 'src/store/planted.ts'),
      `export async function countTasks(db: Db, state: string): Promise<number> {}
       export function noteOnly(tx: Db): void {}
       export async function neverCalled(\n  db: Db,\n  { id }: { id: string },\n): Promise<void> {}`.replace(
        /^ +/gm,
        '',
      ),
    )
    expect(findUnseenIssuers(runFolder(), root)).toEqual(['src/store/planted.ts: neverCalled'])
    await remove()
  })

  it('finds the spine served by indexes', async () => {
    await using store = await openTempStore()
    await store.write(async (tx) => {
      await acceptDelivery(tx, { id: 'd', event: 'push', body: new Uint8Array(), received_at: 1 })
      await markDelivery(tx, 'd', { state: 'applied' })
      appendChanges(tx, 1, [{ topic: 't', kind: 'k', data: null }])
      await claimTasks(tx, { owner: 'o', now: 1, leaseUntil: 2, limit: 3 })
      await listOrphans(tx, { now: 1, isDead: () => false })
      await forgetAct(tx, { userId: 'u', key: 'k' })
      await forgetPagesAfter(tx, { repository_id: 1, list: 'issues' }, 2)
    })
    const { read } = store
    const page = { userId: 'u', maintains: false, limit: 10 }
    await Promise.all([
      loadDelivery(read, 'd'),
      listDeliveries(read, { ...page, seesUnassigned: true }),
      listDeliveries(read, {
        ...page,
        seesUnassigned: false,
        after: [5, 'x'],
        repositoryId: 1,
      }),
      listDeliveries(read, { ...page, seesUnassigned: true, state: 'failed', event: 'push' }),
      listChanges(read, page),
      listChanges(read, { ...page, topic: 't', before: 4 }),
      readChanges(read, { after: 0, limit: 10 }),
      readFollowed(read, { ...page, after: 0, topics: ['repo:*', 'system'] }),
      firstSeq(read),
      lastSeq(read),
      nextDue(read, 1),
      countTasks(read, 5),
    ])
  })
})
