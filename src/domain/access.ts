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

/** What a person may do in a repository, as GitHub says; null: they may not even read it. */
export type Permission = Repository['permission'] | null

/** What a step needs to be allowed in its repository. */
export type Right = 'read' | 'write'

const writing: ReadonlySet<Permission> = new Set(['push', 'maintain', 'admin'])

/** Whether a permission holds a right. */
export function holds(permission: Permission, right: Right): boolean {
  return right === 'write' ? writing.has(permission) : permission !== null
}

/** The least right of those who may see what GitHub does not show to every reader of a repository. */
export type Restriction = 'push' | 'admin'

const seeing: Record<Restriction, ReadonlySet<Permission>> = { push: writing, admin: new Set(['admin']) }

/** The rights of those who may see what is restricted so. */
export function permissionsSeeing(restriction: Restriction): NonNullable<Permission>[] {
  return [...seeing[restriction]].filter((permission) => permission !== null)
}

/** Whether somebody of this right sees what is restricted so; null: it is for every reader. */
export function sees(permission: Permission, restriction: Restriction | null): boolean {
  return restriction === null ? permission !== null : seeing[restriction].has(permission)
}

/** A repository that a run is to act in. */
export interface TargetRequest {
  /** `owner/name` as it was asked for. */
  repository: string
  right: Right
  /** Whether a person started or re-ran the run; else an event or a schedule did. */
  byPerson: boolean
  /** It is the repository of the event, or the source names it without an expression. */
  named: boolean
  /** Of who wrote the version that runs. */
  maker: Permission
  /** Of the person who started it. */
  starter: Permission
}

/** Why a run may not act in a repository. */
export interface Refusal {
  /** Whose right is missing; event: nobody's, the repository was not for the event to choose. */
  lacks: 'starter' | 'maker' | 'event'
  message: string
}

/**
 * Decides whether a run may act in a repository; null: it may. With a person behind it a run has the rights that this
 * person and its maker both have. With an event behind it it has its maker's, and only where the maker meant it to
 * act: whoever writes an issue must not choose. What is said of a repository that one may not read is the same as of one
 * that does not exist, and of its maker's rights only those hear who have the right themselves.
 */
export function refuseTarget(request: TargetRequest): Refusal | null {
  const { repository, right, byPerson, named, maker, starter } = request
  const needed = `the right to ${right === 'write' ? 'write to' : 'read'} ${repository}`
  if (byPerson && !holds(starter, right)) {
    return { lacks: 'starter', message: `This needs ${needed}, which who started it does not have.` }
  }
  if (!byPerson && !named) {
    return {
      lacks: 'event',
      message:
        `No event may choose to act in ${repository}: write the repository into the workflow, ` +
        'without an expression, or leave it out to act in that of the event.',
    }
  }
  if (!holds(maker, right)) {
    return { lacks: 'maker', message: `This needs ${needed}, which who wrote the workflow does not have.` }
  }
  return null
}

/** Whose a run is, and every repository that it touched or was told of. */
export interface RunAudience {
  maker: string
  started_by: string | null
  repositories: readonly number[]
}

/**
 * Whether a person may see a run: who may read every repository that it touched or was told of. Where there is none,
 * its maker and who started it. Neither sees what they have lost the right to read.
 */
export function maySeeRun(
  { userId }: Pick<Viewer, 'userId'>,
  { maker, started_by, repositories }: RunAudience,
  readable: ReadonlySet<number>,
): boolean {
  if (repositories.length === 0) return userId === maker || userId === started_by
  return repositories.every((id) => readable.has(id))
}

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

/** A row of the log, as far as it says who may see it. */
export interface VisibleChange {
  topic: string
  repository_id: number | null
  maker?: string | null
  started_by?: string | null
  /** All that a run has touched, where that is more than `repository_id`. */
  repositories?: readonly number[] | null
}

/**
 * Whether a viewer may see a change. What belongs to a repository is for its readers on GitHub, whatever the role
 * here; a run is for those of `maySeeRun`; an inbox is for its person; a workflow that is not shared is for its maker
 * and for maintainers; the rest of `system` is for everybody signed in. Lists ask the same in SQL.
 */
export function maySeeChange(
  viewer: Pick<Viewer, 'userId' | 'role'>,
  change: VisibleChange,
  readable: ReadonlySet<number>,
): boolean {
  const { topic, repository_id, maker = null, started_by = null } = change
  if (topic.startsWith('run:')) {
    const repositories = change.repositories ?? (repository_id === null ? [] : [repository_id])
    return maySeeRun(viewer, { maker: maker ?? '', started_by, repositories }, readable)
  }
  if (repository_id !== null) return readable.has(repository_id)
  if (topic.startsWith('inbox:')) return topic === `inbox:${viewer.userId}`
  return maker === null || maker === viewer.userId || hasRole(viewer.role, 'maintainer')
}
