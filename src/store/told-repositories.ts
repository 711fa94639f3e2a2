import { compiled } from './compiled.ts'
import { readableRepositories } from './repositories.ts'
import type { AccessRow, RepositoryRow } from './rows/mirror.ts'
import type { Db } from './store.ts'

// Rows as they are, with what GitHub's objects tell beside their columns: for those who ask in GitHub's own shape.

/** A repository, and what somebody may do with it. */
export type ToldRepository = RepositoryRow & Pick<AccessRow, 'permission'>

/** A repository by its `owner/name` in any case; nothing when the user may not read it. */
export async function findToldRepository(
  db: Db,
  asked: { userId: string; fullName: string },
): Promise<ToldRepository | undefined> {
  const { rows } = await byName(db, { userId: asked.userId, key: asked.fullName.toLowerCase() })
  return rows[0]
}

/** A repository by its id; nothing when the user may not read it. */
export async function findToldRepositoryById(
  db: Db,
  asked: { userId: string; id: number },
): Promise<ToldRepository | undefined> {
  const { rows } = await byId(db, asked)
  return rows[0]
}

const byName = compiled<{ userId: string; key: string }, ToldRepository>((db, value) =>
  readableRepositories(db, value('userId')).where('repositories.full_name_key', '=', value('key')),
)

const byId = compiled<{ userId: string; id: number }, ToldRepository>((db, value) =>
  readableRepositories(db, value('userId')).where('repositories.id', '=', value('id')),
)

interface RepositoryList {
  userId: string
  /** To GitHub those of an enterprise are private here. */
  visibility?: 'public' | 'private' | undefined
  sort: 'created' | 'updated' | 'pushed' | 'full_name'
  direction: 'asc' | 'desc'
  limit: number
  offset: number
}

const columns = {
  created: 'repositories.created_at',
  updated: 'repositories.updated_at',
  pushed: 'repositories.pushed_at',
  full_name: 'repositories.full_name_key',
} as const

/** A page of the repositories that somebody may read, and how many there are. */
export async function listToldRepositories(
  db: Db,
  { userId, visibility, sort, direction, limit, offset }: RepositoryList,
): Promise<{ rows: ToldRepository[]; total: number }> {
  let query = readableRepositories(db, userId)
  if (visibility !== undefined) {
    query = query.where('repositories.private', '=', visibility === 'private' ? 1 : 0)
  }
  // A person's repositories are few enough to be put in order, and counted, after they were found through `access`.
  const [rows, counted] = await Promise.all([
    query
      .orderBy(columns[sort], direction)
      .orderBy('repositories.id', direction)
      .limit(limit)
      .offset(offset)
      .execute(),
    query
      .clearSelect()
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow(),
  ])
  return { rows, total: Number(counted.total) }
}
