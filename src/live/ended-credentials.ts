import type { Viewer } from '../domain/access.ts'
import type { Db } from '../store/store.ts'

/** Ids of one `in (…)`. */
const chunk = 500

/**
 * Which of these people may not be connected any more: their session or API token was revoked or is past its end, or
 * their account is switched off. Asks the database, so that it does not matter who did it, and in which process.
 */
export async function findEnded(
  db: Db,
  { viewers, now }: { viewers: readonly Viewer[]; now: number },
): Promise<(viewer: Viewer) => boolean> {
  const sessions = await living(unique(viewers, 'sessionId'), (ids) =>
    db
      .selectFrom('sessions')
      .select('id')
      .where('id', 'in', ids)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .execute(),
  )
  const tokens = await living(unique(viewers, 'tokenId'), (ids) =>
    db
      .selectFrom('api_tokens')
      .select('id')
      .where('id', 'in', ids)
      .where('revoked_at', 'is', null)
      .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .execute(),
  )
  const users = await living(unique(viewers, 'userId'), (ids) =>
    db.selectFrom('users').select('id').where('id', 'in', ids).where('disabled_at', 'is', null).execute(),
  )
  return ({ sessionId, tokenId, userId }) =>
    (sessionId !== null && !sessions.has(sessionId)) ||
    (tokenId !== null && !tokens.has(tokenId)) ||
    !users.has(userId)
}

function unique(viewers: readonly Viewer[], name: 'sessionId' | 'tokenId' | 'userId'): string[] {
  return [...new Set(viewers.flatMap((viewer) => viewer[name] ?? []))]
}

async function living(
  ids: readonly string[],
  find: (ids: readonly string[]) => Promise<{ id: string }[]>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (let start = 0; start < ids.length; start += chunk) {
    for (const { id } of await find(ids.slice(start, start + chunk))) found.add(id)
  }
  return found
}
