import type { Reactions } from '../../contract/common.ts'
import { type Fields, optionalIntegerIn, optionalObjectIn } from '../domain/mirror/fields.ts'

/** https://docs.github.com/en/rest/reactions/reactions */
const names = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes']

/** Reads how often each was given; null where GitHub does not tell. */
export function reactionsIn(object: Fields): Reactions | null {
  const counts = optionalObjectIn(object, 'reactions')
  if (!counts) return null
  return Object.fromEntries(
    names.map((name) => [name, optionalIntegerIn(counts, name, 0)]).filter(([, count]) => count !== 0),
  ) as Reactions
}
