import type { Random } from '../random.ts'
import type { World } from '../state.ts'
import { type Act, actingIn } from './acting.ts'
import { actionsActs, silentActionsActs } from './actions.ts'
import { checkActs, silentCheckActs } from './checks.ts'
import { codeActs, farReachingCodeActs } from './code.ts'
import { commentActs } from './comments.ts'
import { discussionActs } from './discussions.ts'
import { farReachingIssueActs, issueActs } from './issues.ts'
import { pullActs } from './pulls.ts'
import { farReachingActs, repositoryActs } from './repository.ts'
import { reviewActs } from './reviews.ts'

/** What one delivery or the next tells in full. */
const told = {
  ...{ ...issueActs, ...commentActs, ...pullActs, ...reviewActs, ...codeActs, ...checkActs },
  ...{ ...actionsActs, ...discussionActs, ...repositoryActs },
}
/** What changes more than its webhook tells, or what no webhook tells. */
const untold = {
  ...{ ...farReachingIssueActs, ...farReachingCodeActs, ...farReachingActs },
  ...{ ...silentCheckActs, ...silentActionsActs },
}

export type Scope = 'told' | 'everything'

const tables: Record<Scope, [string, Act][]> = {
  told: weighted(told),
  everything: weighted({ ...told, ...untold }),
}

function weighted(acts: Record<string, [weight: number, act: Act]>): [string, Act][] {
  return Object.entries(acts).flatMap(([name, [weight, act]]) =>
    Array.from({ length: weight }, (): [string, Act] => [name, act]),
  )
}

/** Lets something happen, somewhere in the world; returns what. */
export function happen(world: World, random: Random, scope: Scope): string {
  const repository = random.pick(world.repositories)
  const [name, act] = random.pick(tables[scope])!
  if (repository) act(actingIn(world, repository, random))
  return name
}
