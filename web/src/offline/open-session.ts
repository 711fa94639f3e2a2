import { ApiError } from '../data/api-error.ts'
import { queryClient } from '../data/query-client.ts'
import { assume, ensureSession, readSession, type SessionState } from '../data/session.ts'
import { recallPerson, recallQueries } from './kept.ts'

/** When what a page shows was last told by the hub, where it was opened without one. */
let recalledAt: number | null = null

/** The moment that recalled pages are from; null where nothing was recalled. */
export function readRecalledAt(): number | null {
  return recalledAt
}

/**
 * Who is signed in. While the hub is away: who was, as this browser knows it, with what they saw. Throws an ApiError
 * when there is neither.
 */
export async function openSession(): Promise<SessionState> {
  try {
    return await ensureSession()
  } catch (error) {
    if (!(error instanceof ApiError && error.offline)) throw error
    const user = await recallPerson()
    if (!user) throw error
    recalledAt = await recallQueries(queryClient)
    assume(user)
    return readSession()
  }
}
