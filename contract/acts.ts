import type { Static } from 'typebox'
import { issueActs } from './acts/issues.ts'

export { type Act, type ActRight, addressOf, mayAct, reaches } from './acts/act.ts'

/** Everything that a person can do on GitHub from here, by name: as the audit and the page call it. */
export const acts = { ...issueActs } as const

export type ActName = keyof typeof acts
export type ActBody<Name extends ActName> = Static<(typeof acts)[Name]['body']>
