import type { RepositoryTeam } from '../../contract/repository-people.ts'
import { type Fields, integerIn, optionalObjectIn, optionalTextIn, textIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'
import { readPermission } from './repository.ts'

const { plain } = columnsOf<RepositoryTeam>()

/** A team that may do something in a repository. https://docs.github.com/en/rest/repos/repos#list-repository-teams */
export const repositoryTeam = {
  name: 'repository_team',
  version: 1,
  table: 'repository_teams',
  key: ['repository_id', 'id'],
  columns: plain('id', 'name', 'slug', 'description', 'permission', 'html_url'),
  read: readTeam,
  replaces: () => true,
  returns: () => true,
  events: {
    team: {
      at: 'team',
      subject: true,
      read: (team, _, payload) => ({ ...readTeam(team), ...toldPermission(payload) }),
      gone: (payload) => optionalTextIn(payload, 'action') === 'removed_from_repository',
    },
    // GitHub says the same again to webhooks of the repository.
    team_add: { at: 'team', subject: true },
  },
  opened: { route: 'GET /repos/{owner}/{repo}/teams' },
  seenBy: 'push',
} satisfies Kind<RepositoryTeam>

function readTeam(object: Fields): RepositoryTeam {
  return {
    id: integerIn(object, 'id'),
    name: textIn(object, 'name'),
    slug: optionalTextIn(object, 'slug') ?? textIn(object, 'name'),
    description: optionalTextIn(object, 'description'),
    permission: optionalTextIn(object, 'permission') ?? 'pull',
    html_url: optionalTextIn(object, 'html_url'),
  }
}

/** Where a team's right was changed, the repository says what it may do now; the team itself only what new ones get. */
function toldPermission(payload: Fields): { permission?: string } {
  const repository = optionalObjectIn(payload, 'repository')
  const isChange = optionalTextIn(payload, 'action') === 'edited'
  return isChange && repository && 'permissions' in repository.values
    ? { permission: readPermission(repository) }
    : {}
}
