import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { readQuery } from '../../contract/search/read-query.ts'
import { planSearch } from '../../src/domain/search/plan-search.ts'
import { findCommits } from '../../src/store/commits.ts'
import { findIssues } from '../../src/store/issues.ts'
import { fillSearch } from '../../src/tasks/fill-search.ts'
import { seedContents, seedIssue, seedRepository } from '../support/seed-mirror.ts'
import type { TempStore } from '../support/temp-store.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'

const planOf = (q: string, kind: string) =>
  planSearch(readQuery(q, 'issues'), { kind, login: 'reader', now: 0 })

/** A store as one leaves it that knows no search yet. */
async function openEarlier(dialect: TempStore['dialect']) {
  const store = await openTempStore(dialect)
  await store.write(async (tx) => {
    await sql`insert into users (id, host, github_id, login, role, created_at)
      values ('reader', 'github.example', 1, 'reader', 'member', 0)`.execute(tx)
    await seedRepository(tx, { id: 1, fullName: 'acme/site', readers: ['reader'] })
    await seedContents(tx, { repositoryId: 1, fullName: 'acme/site' })
    for (let number = 10; number < 130; number++) await seedIssue(tx, { repositoryId: 1, number })
    const words = dialect === 'sqlite' ? ['search_words'] : []
    for (const table of ['search_entries', 'search_shelves', ...words]) {
      await sql`delete from ${sql.table(table)}`.execute(tx)
    }
  })
  const found = async (q: string) =>
    (await findIssues(store.read, { userId: 'reader', plan: planOf(q, 'issue'), limit: 200 })).items.length
  const fill = (signal = new AbortController().signal) =>
    fillSearch({ store, clock: () => 5 })({}, { signal } as never)
  return { store, found, fill }
}

describe.each(dialects)('entering what was stored before, on %s', (dialect) => {
  it('enters every row once, and what comes meanwhile stays', async () => {
    const { store, found, fill } = await openEarlier(dialect)
    await using _ = store
    expect(await found('issue')).toBe(0)
    await store.write((tx) => seedIssue(tx, { repositoryId: 1, number: 300, title: 'Issue of today' }))
    await fill()
    expect(await found('issue')).toBe(122)
    expect(await found('"issue of today"')).toBe(1)
    const commits = { userId: 'reader', plan: planOf('begin', 'commit'), limit: 5 }
    expect((await findCommits(store.read, commits)).items).toHaveLength(1)
    // The next start finds nothing to do: what was entered by hand is taken for what a version before left out.
    await store.write((tx) => sql`delete from search_entries where key = '300'`.execute(tx))
    await fill()
    expect(await found('issue')).toBe(121)
  })

  it('goes on where it stopped, and begins anew when a kind is searched by more', async () => {
    const { store, found, fill } = await openEarlier(dialect)
    await using _ = store
    await expect(fill(AbortSignal.abort())).rejects.toThrow()
    expect(await found('issue')).toBe(0)
    const state = () => store.read.selectFrom('search_filling').selectAll().execute()
    await fill()
    expect((await state()).every(({ done_at }) => done_at === 5)).toBe(true)
    await store.write(async (tx) => {
      await tx.updateTable('search_filling').set({ version: 0 }).where('kind', '=', 'issue').execute()
      await sql`delete from search_entries where kind = 'issue'`.execute(tx)
    })
    await fill()
    expect(await found('issue')).toBe(121)
  })
})
