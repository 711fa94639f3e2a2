import { type Static, Type } from 'typebox'
import { Nullable, Timestamp } from './common.ts'

/** GitHub's rule for names, which are the same in capitals and small letters. https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets */
const Name = Type.String({ description: 'In capitals' })
const Changed = {
  updated_at: Timestamp,
  updated_by: Nullable(Type.String({ description: 'Login of who set it last' })),
}

/** What workflows read as `secrets.NAME`. Its value is never told again. */
export const Secret = Type.Object({ name: Name, ...Changed }, { $id: 'Secret' })
export type Secret = Static<typeof Secret>

/** What workflows read as `vars.NAME`. */
export const Variable = Type.Object({ name: Name, value: Type.String(), ...Changed }, { $id: 'Variable' })
export type Variable = Static<typeof Variable>

/** The longest value, in characters: GitHub's 48 KB. */
export const longestValue = 49_152

/** `PUT /secrets/{name}` and `PUT /variables/{name}` */
export const ValueRequest = Type.Object(
  { value: Type.String({ minLength: 1, maxLength: longestValue }) },
  { additionalProperties: false },
)
