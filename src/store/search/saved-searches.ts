import type { SavedSearch } from '../../../contract/search/saved.ts'
import { putSetting, readSetting } from '../settings.ts'
import type { Db } from '../store.ts'

const keyOf = (userId: string) => `searches:${userId}`

/** The searches that a person keeps, in their order. */
export async function listSavedSearches(db: Db, userId: string): Promise<SavedSearch[]> {
  const value = await readSetting(db, keyOf(userId))
  return value === null ? [] : (JSON.parse(value) as SavedSearch[])
}

/** Keeps these searches of a person, in this order, and no others. */
export async function saveSearches(
  tx: Db,
  { userId, searches, now }: { userId: string; searches: readonly SavedSearch[]; now: number },
): Promise<void> {
  await putSetting(tx, { key: keyOf(userId), value: JSON.stringify(searches), now })
}
