import { sql } from 'kysely'
import { factWord } from '../../src/domain/search/text-words.ts'
import type { Db, Store } from '../../src/store/store.ts'
import { seedRepository } from './seed-mirror.ts'

interface Amount {
  /** Rows of each kind in a repository that `reader` may not read, the newest of all. */
  foreign: number
  /** Rows of each kind in each repository that `reader` may read. */
  own: number
  /** How many repositories the reader may read. */
  repositories?: number
  /** How many different times the rows have. */
  times?: number
}

/**
 * Fills a store with what lists are made of: changes, deliveries, runs, issues, pull requests and runs of Actions of
 * the repository 2, which only `other` may read, and of repositories from 100 on, which `reader` may read.
 */
export async function plantForeignRows(
  store: Store,
  { foreign, own, repositories = 1, times = 1_000_000 }: Amount,
): Promise<void> {
  await store.write(async (tx) => {
    for (const [index, id] of ['reader', 'other'].entries()) {
      await sql`insert into users (id, host, github_id, login, role, created_at)
        values (${id}, 'github.example', ${index + 1}, ${id}, 'member', 0)`.execute(tx)
    }
    await seedRepository(tx, { id: 2, fullName: 'acme/foreign', readers: ['other'] })
    for (let index = 0; index < repositories; index++) {
      await seedRepository(tx, { id: 100 + index, fullName: `acme/own-${index}`, readers: ['reader'] })
    }
    await sql`insert into workflows (id, name, version, enabled, created_by, run_count, created_at, updated_at)
      values ('w', 'w', 1, 1, 'other', 0, 0, 0)`.execute(tx)
    const total = own * repositories
    // Which repository a row is of, by its number; and a number of its own in there.
    const of = sql`case when i <= ${int(total)} then 100 + (i - 1) % ${int(repositories)} else 2 end`
    const number = sql`case when i <= ${int(total)} then 1 + (i - 1) / ${int(repositories)} else i end`
    const at = sql`(i * 1000) % ${int(times * 1000)}`
    const state = sql`case when (${number}) <= ${int(Math.ceil(own / 2))} and ${int(own)} > 3 then 'closed' else 'open' end`
    const states = own > 3 ? sql`case when i % 2 = 0 then 'open' else 'closed' end` : state
    const rows = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${int(total + foreign)})`
    const from = sql`from n`
    const statements = [
      sql`insert into changes (seq, at, topic, kind, repository_id, data)
        ${rows} select i, i, 'repo:' || (${of}), 'k', ${of}, '{}' ${from}`,
      sql`update change_head set seq = ${int(total + foreign)}`,
      sql`insert into deliveries (id, event, repository_id, received_at, state, size)
        ${rows} select 'd' || i, 'push', ${of}, ${at}, 'applied', 0 ${from}`,
      sql`insert into deliveries (id, event, repository_id, received_at, state, size)
        values ('of nobody', 'ping', null, 0, 'stored', 0)`,
      sql`insert into runs (id, workflow_id, version, number, attempt, idempotency_key, name, event, repository_id,
          status, created_at, maker)
        ${rows} select 'r' || i, 'w', 1, i, 1, 'key' || i, 'r', 'push', ${of}, 'completed', ${at}, 'other' ${from}`,
      sql`insert into run_repositories (run_id, repository_id, workflow_id, created_at)
        select id, repository_id, workflow_id, created_at from runs`,
      ...['issues', 'pull_requests'].map((table) => {
        const more =
          table === 'issues' ? [] : ['draft', 'head_ref', 'head_sha', 'base_ref', 'requested_reviewers']
        const values = table === 'issues' ? [] : ['0', "''", "''", "''", "'[]'"]
        return sql`insert into ${sql.table(table)} (repository_id, number, id, title, state, labels, assignees, comments,
            html_url, created_at, updated_at ${sql.raw(more.map((name) => `, ${name}`).join(''))})
          ${rows} select ${of}, ${number}, i, 't', ${states}, '[]', '[]', 0, '', ${at}, ${at} ${sql.raw(
            values.map((value) => `, ${value}`).join(''),
          )} ${from}`
      }),
      sql`insert into actions_runs (id, repository_id, workflow_id, name, display_title, event, status, head_sha,
          run_number, run_attempt, html_url, created_at, updated_at)
        ${rows} select i, ${of}, 1, 'n', 't', 'push', 'completed', '', 1, 1, '', ${at}, ${at} ${from}`,
    ]
    for (const statement of statements) await statement.execute(tx)
    await enterIssues(tx, store.dialect)
  })
  if (store.dialect === 'postgres') await sql`analyze`.execute(store.read)
}

/** What search knows of the issues, written at once: each holds a word and a label. */
async function enterIssues(tx: Db, dialect: Store['dialect']): Promise<void> {
  const entry = sql`'issue', cast(number as text), state, created_at, updated_at`
  const columns = sql`repository_id, kind, key, state, created_at, updated_at`
  const label = factWord('issue label:bug')
  if (dialect === 'postgres') {
    const words = sql`cast('''tide'':1A ''issue'' ''${sql.raw(label)}'' ''' ||
      ${factWord('repository ')} || repository_id || '''' as tsvector)`
    await sql`insert into search_entries (${columns}, words) select repository_id, ${entry}, ${words} from issues`.execute(
      tx,
    )
    return
  }
  await sql`insert into search_shelves select distinct repository_id, repository_id from issues`.execute(tx)
  await sql`insert into search_entries (id, ${columns})
    select repository_id * 4294967296 + number, repository_id, ${entry} from issues`.execute(tx)
  await sql`insert into search_words (rowid, title, body, facts)
    select id, 'tide', '', ${`issue ${label}`} from search_entries`.execute(tx)
}

const int = (value: number) => sql.lit(value)
