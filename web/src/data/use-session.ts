import { useSyncExternalStore } from 'react'
import type { User } from '../../../contract/identity.ts'
import { readSession, watchSession } from './session.ts'

/** Who is signed in; null on the pages that need nobody. */
export function useMe(): User | null {
  const session = useSyncExternalStore(watchSession, readSession)
  return session.status === 'signed-in' ? session.user : null
}
