import type { Static } from 'typebox'
import { actionsActs } from './acts/actions.ts'
import { issueActs } from './acts/issues.ts'
import { pullActs } from './acts/pulls.ts'

export { type Act, type ActRight, addressOf, mayAct, reaches } from './acts/act.ts'

/** Everything that a person can do on GitHub from here, by name: as the audit and the page call it. */
export const acts = { ...issueActs, ...pullActs, ...actionsActs } as const

export type ActName = keyof typeof acts
export type ActBody<Name extends ActName> = Static<(typeof acts)[Name]['body']>
