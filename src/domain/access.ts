import type { Role, Scope } from '../../contract/identity.ts'
import type { Repository } from '../../contract/mirror.ts'

/** Who asks: a signed-in person, through the browser or through an API token. */
export interface Viewer {
  userId: string
  login: string
  role: Role
  /** What the credential allows; a browser session allows all that the role does. */
  scopes: readonly Scope[]
  /** null for API tokens. */
  sessionId: string | null
  /** The API token that asks; null for sessions. */
  tokenId: string | null
}

const rank: Record<Role, number> = { viewer: 0, member: 1, maintainer: 2, owner: 3 }

/** Whether `role` reaches at least `needed`. */
export function hasRole(role: Role, needed: Role): boolean {
  return rank[role] >= rank[needed]
}

/**
 * Whether a person may change a workflow: who made it, and maintainers. Its steps act on GitHub as its maker, so
 * somebody else's edit would act in the maker's name: maintainers who edit become its maker.
 */
export function mayEditWorkflow(viewer: Viewer, workflow: { created_by: string }): boolean {
  return (
    hasRole(viewer.role, 'maintainer') ||
    (hasRole(viewer.role, 'member') && workflow.created_by === viewer.userId)
  )
}

/**
 * Whether a person may start, cancel or re-run a workflow about a repository. Its steps act as its maker, so others
 * need what GitHub asks of those who run a workflow there: the right to write. Maintainers could edit it anyway.
 */
export function mayRunWorkflow(
  viewer: Viewer,
  workflow: { created_by: string },
  permission: Repository['permission'] | null,
): boolean {
  return mayEditWorkflow(viewer, workflow) || (permission !== null && writing.has(permission))
}

const writing: ReadonlySet<Repository['permission']> = new Set(['push', 'maintain', 'admin'])

/** A subscription as a client names it. */
export type Topic =
  | { kind: 'repository'; id: number | '*' }
  | { kind: 'run'; id: string }
  | { kind: 'inbox'; userId: string }
  | { kind: 'system' }
  | { kind: 'stats' }

/** Reads a topic's name; null when there is no such topic. */
export function parseTopic(name: string): Topic | null {
  if (name === 'system') return { kind: 'system' }
  if (name === 'stats') return { kind: 'stats' }
  const [, room, id] = /^(repo|run|inbox):(.+)$/.exec(name) ?? []
  if (!room || !id) return null
  if (room === 'run') return { kind: 'run', id }
  if (room === 'inbox') return { kind: 'inbox', userId: id }
  if (id === '*') return { kind: 'repository', id }
  return /^[1-9]\d{0,15}$/.test(id) ? { kind: 'repository', id: Number(id) } : null
}

/**
 * Whether a viewer may see a change. What belongs to a repository is for its readers on GitHub, whatever the role
 * here; an inbox is for its person; the rest (`system`, runs without a repository) is for everybody signed in.
 */
export function maySeeChange(
  viewer: Pick<Viewer, 'userId'>,
  change: { topic: string; repository_id: number | null },
  readable: ReadonlySet<number>,
): boolean {
  if (change.repository_id !== null) return readable.has(change.repository_id)
  if (change.topic.startsWith('inbox:')) return change.topic === `inbox:${viewer.userId}`
  return true
}
