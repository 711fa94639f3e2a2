import type { Collaborator } from '../../contract/repository-people.ts'
import {
  type Fields,
  integerIn,
  objectIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'

/** `role_name` is null where a webhook does not tell it. */
export type CollaboratorFacts = Omit<Collaborator, 'role_name'> & { role_name: string | null }

const { plain } = columnsOf<CollaboratorFacts>()

/**
 * Somebody who may do something in a repository. GitHub tells neither since when nor by whose grant, so that the last
 * that was told counts. https://docs.github.com/en/rest/collaborators/collaborators
 */
export const collaborator = {
  name: 'collaborator',
  version: 1,
  table: 'collaborators',
  key: ['repository_id', 'id'],
  columns: plain('id', 'login', 'avatar_url', 'role_name'),
  read: readCollaborator,
  untold: { role_name: '' },
  replaces: () => true,
  returns: () => true,
  events: {
    member: {
      at: 'member',
      subject: true,
      read: (member, _, payload) => ({ ...readCollaborator(member), role_name: toldRole(payload) }),
      gone: (payload) => optionalTextIn(payload, 'action') === 'removed',
    },
  },
  opened: { route: 'GET /repos/{owner}/{repo}/collaborators' },
  seenBy: 'push',
} satisfies Kind<CollaboratorFacts>

function readCollaborator(object: Fields): CollaboratorFacts {
  return {
    id: integerIn(object, 'id'),
    login: textIn(object, 'login'),
    avatar_url: optionalTextIn(object, 'avatar_url'),
    role_name: optionalTextIn(object, 'role_name'),
  }
}

/** What somebody may do now; some servers tell only what they might do before. */
function toldRole(payload: Fields): string | null {
  const changes = optionalObjectIn(payload, 'changes')
  for (const name of ['role_name', 'permission']) {
    const role = changes && name in changes.values ? optionalTextIn(objectIn(changes, name), 'to') : null
    if (role !== null) return role
  }
  return null
}
