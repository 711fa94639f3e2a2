import { invalidateCredential, readCredential } from './credentials.ts'
import type { Sealer } from './sealing.ts'
import type { Db, Store } from './store.ts'

const rank = { admin: 0, maintain: 1, push: 2, triage: 3, pull: 4 } as const

/** Whom a call to GitHub is made as. */
export interface GithubToken {
  userId: string
  token: string
}

export interface GithubTokens {
  /** A person's own token; null when there is none that GitHub still takes. */
  tokenOf(userId: string): Promise<GithubToken | null>
  /** The token of whoever may do most with a repository; null when nobody's fits. */
  tokenFor(repositoryId: number): Promise<GithubToken | null>
  /** GitHub refused a person's token: it is not used again until the person signs in anew. */
  reject(userId: string): Promise<void>
}

/** Opens sealed GitHub tokens for the rooms that call GitHub. */
export function createGithubTokens(input: {
  store: Store
  sealer: Sealer
  clock: () => number
}): GithubTokens {
  const { store, sealer, clock } = input
  const tokenOf = async (userId: string) => {
    const credential = await readCredential(store.read, sealer, userId)
    return credential && !credential.invalid ? { userId, token: credential.token } : null
  }
  return {
    tokenOf,
    async tokenFor(repositoryId) {
      for (const userId of await listHolders(store.read, repositoryId)) {
        const token = await tokenOf(userId)
        if (token) return token
      }
      return null
    },
    async reject(userId) {
      await store.write((tx) => invalidateCredential(tx, { userId, now: clock() }))
    },
  }
}

/** Users with a usable token who may read a repository, those who may do most first. */
async function listHolders(db: Db, repositoryId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('access')
    .innerJoin('credentials', 'credentials.user_id', 'access.user_id')
    .innerJoin('users', 'users.id', 'access.user_id')
    .select(['access.user_id', 'permission'])
    .where('repository_id', '=', repositoryId)
    .where('credentials.invalid_at', 'is', null)
    .where('users.disabled_at', 'is', null)
    .execute()
  return rows.sort((a, b) => rank[a.permission] - rank[b.permission]).map((row) => row.user_id)
}
