import { type Static, Type } from 'typebox'
import { OneOf } from '../common.ts'
import { longestQuery } from './parse-query.ts'
import { searchTypes } from './words.ts'

/** A search that a person keeps under a name. */
export const SavedSearch = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    q: Type.String({ maxLength: longestQuery }),
    type: OneOf(...searchTypes),
  },
  { $id: 'SavedSearch', additionalProperties: false },
)
export type SavedSearch = Static<typeof SavedSearch>

/** So many fit beside everything else. */
export const mostSaved = 50
