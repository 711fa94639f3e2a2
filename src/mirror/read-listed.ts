import { fieldsOf } from '../domain/mirror/fields.ts'
import { isCoded } from '../errors.ts'
import { isNotOlder, type Kind, type Patch, type Place } from './kind.ts'
import { type Odd, oddOf } from './odd.ts'
import { readWithTold } from './told.ts'

/** What the objects of one page of a list say. */
export interface ReadListed {
  items: object[]
  patches: Patch[]
  odd: Odd[]
}

/** Reads the objects of a page; what does not fit is set aside, and the rest goes on. */
export function readListed(
  kind: Kind<object>,
  objects: readonly { value: unknown; place: string }[],
  place: Place,
): ReadListed {
  const read: ReadListed = { items: [], patches: [], odd: [] }
  for (const { value, place: path } of objects) {
    try {
      const object = fieldsOf(value, path)
      const item = readWithTold(kind, object, place)
      if (item) read.items.push(item)
      const patch = item ? null : kind.tells?.(object, place)
      if (patch) read.patches.push(patch)
    } catch (error) {
      if (!isCoded(error, 'github_malformed')) throw error
      read.odd.push(oddOf(kind, value, error))
    }
  }
  return read
}

/** Of items in the order of their last change, those that changed since a time. */
export function changedSince(items: readonly object[], since: string | null): object[] {
  if (since === null) return [...items]
  return items.filter((item) => isNotOlder(item as { updated_at: string }, { updated_at: since }))
}
