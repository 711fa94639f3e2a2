import { sql } from 'kysely'
import type { Db, Store } from '../../src/store/store.ts'

export function changes(count: number, topic: string) {
  return Array.from({ length: count }, (_, index) => ({ topic, kind: 'test', data: { index } }))
}

export async function setting(tx: Db, key: string, value: string): Promise<void> {
  await tx.insertInto('settings').values({ key, value, updated_at: 0 }).execute()
}

export async function concatenate(tx: Db, key: string, text: string): Promise<void> {
  await sql`update settings set value = value || ${text} where key = ${key}`.execute(tx)
}

export async function settings(store: Store): Promise<Record<string, string>> {
  const rows = await store.read.selectFrom('settings').select(['key', 'value']).execute()
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]))
}

export async function user(tx: Db, id: string): Promise<void> {
  await tx
    .insertInto('users')
    .values({ id, host: 'github.com', github_id: id.length, login: id, role: 'member', created_at: 0 })
    .execute()
}

export async function repository(tx: Db, id: number): Promise<void> {
  const name = `octo/r${id}`
  await tx
    .insertInto('repositories')
    .values({
      id,
      owner: 'octo',
      name: `r${id}`,
      full_name: name,
      full_name_key: name,
      private: 0,
      fork: 0,
      archived: 0,
      default_branch: 'main',
      topics: '[]',
      stargazers_count: 0,
      forks_count: 0,
      open_issues: 0,
      open_pull_requests: 0,
      visibility: 'private',
      is_template: 0,
      html_url: `https://github.com/${name}`,
      created_at: 0,
      updated_at: 0,
    })
    .execute()
}

/** Notes how long the event loop kept a timer of 5 ms waiting. */
export function watchLoop() {
  const gaps: number[] = []
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    gaps.push(now - last)
    last = now
  }, 5)
  return { longest: () => Math.max(...gaps), count: () => gaps.length, stop: () => clearInterval(timer) }
}
