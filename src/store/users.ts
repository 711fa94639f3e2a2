import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import { newId } from './new-id.ts'
import type { Role, UserRow } from './rows/identity.ts'
import type { Db } from './store.ts'

/** A person as GitHub describes them. */
export interface GithubPerson {
  id: number
  login: string
  name: string | null
  avatar_url: string | null
  html_url: string | null
}

export interface UserSummary extends UserRow {
  github: 'connected' | 'expired' | 'none'
}

/**
 * Finds or makes the user of a GitHub account. Who somebody is, is GitHub's host and numeric id: a login can change
 * hands, an e-mail address can be typed by anybody, so neither ever links accounts.
 */
export async function upsertUser(
  tx: Db,
  input: { host: string; person: GithubPerson; role: Role; now: number },
): Promise<{ user: UserRow; created: boolean }> {
  const { login, name, avatar_url, html_url } = input.person
  const seen = { login, name, avatar_url, html_url, last_seen_at: input.now }
  const id = newId()
  const user = await tx
    .insertInto('users')
    .values({
      id,
      host: input.host,
      github_id: input.person.id,
      role: input.role,
      created_at: input.now,
      disabled_at: null,
      ...seen,
    })
    .onConflict((conflict) => conflict.columns(['host', 'github_id']).doUpdateSet(seen))
    .returningAll()
    .executeTakeFirstOrThrow()
  return { user, created: user.id === id }
}

/** One user, with how things stand with their GitHub token. */
export async function findUser(db: Db, id: string): Promise<UserSummary | undefined> {
  const row = await withCredential(db).where('users.id', '=', id).executeTakeFirst()
  return row && summarise(row)
}

/** A page of all users, by login. */
export async function listUsers(db: Db, page: PageRequest): Promise<Page<UserSummary>> {
  const order = [
    { by: 'login', type: 'string' },
    { by: 'users.id', type: 'string' },
  ] as const
  const rows = await paged(withCredential(db), { ...page, order, direction: 'asc' }).execute()
  return pageOf(rows, { limit: page.limit, keyOf: ({ login, id }) => [login, id], present: summarise })
}

/** Users of a login: usually one, several where accounts of different hosts share it. */
export function findUsersByLogin(db: Db, login: string): Promise<UserRow[]> {
  return db.selectFrom('users').selectAll().where('login', '=', login).execute()
}

/** Whether anybody who may sign in owns the hub. */
export async function hasOwner(db: Db): Promise<boolean> {
  const owner = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'owner')
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return owner !== undefined
}

/** Changes a user's role or whether they may sign in. */
export async function updateUser(
  tx: Db,
  id: string,
  change: { role?: Role; disabled_at?: number | null },
): Promise<void> {
  await tx.updateTable('users').set(change).where('id', '=', id).execute()
}

function withCredential(db: Db) {
  return db
    .selectFrom('users')
    .leftJoin('credentials', 'credentials.user_id', 'users.id')
    .selectAll('users')
    .select(['credentials.user_id as credential', 'credentials.invalid_at'])
}

function summarise({
  credential,
  invalid_at,
  ...user
}: UserRow & { credential: string | null; invalid_at: number | null }): UserSummary {
  return { ...user, github: credential === null ? 'none' : invalid_at === null ? 'connected' : 'expired' }
}
