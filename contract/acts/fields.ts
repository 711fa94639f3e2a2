import { Type } from 'typebox'
import { OneOf } from '../common.ts'

// What acts are told, and what GitHub takes of it.

/** GitHub takes no longer texts. */
const longest = 65_536
export const Text = Type.String({ maxLength: longest })
/** A text that says something. */
export const Words = Type.String({ minLength: 1, maxLength: longest })
export const Said = Type.Object({ body: Words })
export const Title = Type.String({ minLength: 1, maxLength: 256 })
export const Names = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 100 })
export const Sha = Type.String({ minLength: 40, maxLength: 64, pattern: '^[0-9a-f]+$' })
/** Of a branch or a tag. */
export const RefName = Type.String({ minLength: 1, maxLength: 255 })
export const Nothing = Type.Object({})
export const ReactionContent = OneOf('+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes')
