import type { Role } from '../../contract/identity.ts'
import { hasRole } from './access.ts'
import { pick, pickText } from './workflow/pick.ts'

/** Whose workflows may run commands on the hub's machine. */
export type CommandPolicy = 'owner' | 'members' | 'off'

/** Why the workflows of somebody may not run commands here, whatever starts them; null: they may. */
export function refuseMaker(
  policy: CommandPolicy,
  maker: { role: Role; isDisabled: boolean } | undefined,
): string | null {
  if (policy === 'off') return 'this hub runs no commands (CLDCDE_SHELL_STEPS=off)'
  const least = policy === 'owner' ? 'owner' : 'member'
  if (maker && !maker.isDisabled && hasRole(maker.role, least)) return null
  return policy === 'owner'
    ? "only workflows written by the hub's owner may run commands here (CLDCDE_SHELL_STEPS=owner)"
    : 'who wrote this workflow may not run commands here: it needs a member of the hub'
}

/** Events that people without the right to write can cause. */
const openEvents = new Set([
  'discussion',
  'discussion_comment',
  'fork',
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_target',
  'star',
  'watch',
])

const trusted = new Set(['OWNER', 'MEMBER', 'COLLABORATOR'])

/**
 * Why a run that an event started may not run commands; null: it may. Nobody starts a command here from a fork, nor who
 * could not push to the repository.
 * https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
 */
export function refuseEvent(event: string, payload: unknown): string | null {
  const fork = 'events of forks run no commands'
  if (
    isFromFork(payload, 'pull_request', 'head', 'repo') ||
    isFromFork(payload, 'workflow_run', 'head_repository')
  )
    return fork
  if (!openEvents.has(event)) return null
  const about = ['comment', 'review', 'issue', 'pull_request', 'discussion']
  const association = about.map((name) => pickText(payload, name, 'author_association')).find(Boolean)
  if (association && trusted.has(association)) return null
  return 'events of people who may not write to the repository run no commands'
}

/** Whether what an event is about is of another repository than the event's, or of one that is gone. */
export function isFromFork(payload: unknown, subject: string, ...path: string[]): boolean {
  if (pick(payload, subject) == null) return false
  return pick(payload, subject, ...path, 'id') !== pick(payload, 'repository', 'id')
}
