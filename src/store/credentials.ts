import type { Sealer } from './sealing.ts'
import type { Db } from './store.ts'

export interface Credential {
  token: string
  scopes: string[]
  /** GitHub refused it: only signing in again helps. */
  invalid: boolean
}

const placeOf = (userId: string) => ({ table: 'credentials', row: userId, column: 'sealed' })

/** Seals and keeps a person's GitHub token, over an earlier one. */
export async function saveCredential(
  tx: Db,
  sealer: Sealer,
  input: { userId: string; token: string; scopes: readonly string[]; now: number },
): Promise<void> {
  const values = {
    ...sealer.seal(input.token, placeOf(input.userId)),
    scopes: input.scopes.join(','),
    created_at: input.now,
    invalid_at: null,
  }
  await tx
    .insertInto('credentials')
    .values({ user_id: input.userId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute()
}

/**
 * A person's GitHub token in the clear, for calling GitHub only; null when the person never gave one or is switched
 * off: nothing acts in the name of who may not sign in.
 */
export async function readCredential(db: Db, sealer: Sealer, userId: string): Promise<Credential | null> {
  const row = await db
    .selectFrom('credentials')
    .innerJoin('users', 'users.id', 'credentials.user_id')
    .selectAll('credentials')
    .where('user_id', '=', userId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return {
    token: sealer.unseal(row, placeOf(userId)),
    scopes: row.scopes === '' ? [] : row.scopes.split(','),
    invalid: row.invalid_at !== null,
  }
}

/** Notes that GitHub no longer accepts a person's token. */
export async function invalidateCredential(tx: Db, input: { userId: string; now: number }): Promise<void> {
  await tx
    .updateTable('credentials')
    .set({ invalid_at: input.now })
    .where('user_id', '=', input.userId)
    .where('invalid_at', 'is', null)
    .execute()
}
