import type { Static } from 'typebox'
import { actionsActs } from './acts/actions.ts'
import { issueActs } from './acts/issues.ts'
import { labelActs } from './acts/labels.ts'
import { pullActs } from './acts/pulls.ts'
import { reactionActs } from './acts/reactions.ts'
import { refActs } from './acts/refs.ts'
import { releaseActs } from './acts/releases.ts'

export { type Act, type ActRight, addressOf, mayAct, reaches } from './acts/act.ts'

/** Everything that a person can do on GitHub from here, by name: as the audit and the page call it. */
export const acts = {
  ...issueActs,
  ...reactionActs,
  ...pullActs,
  ...labelActs,
  ...releaseActs,
  ...refActs,
  ...actionsActs,
} as const

export type ActName = keyof typeof acts
export type ActBody<Name extends ActName> = Static<(typeof acts)[Name]['body']>
