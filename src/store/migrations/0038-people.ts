import type { Migration } from '../migrate.ts'

/** Who may do something in a repository. */
export const people: Migration = {
  id: 38,
  name: 'people',
  statements: ({ text, integer, table }) => {
    const repository = `repository_id ${integer} not null references repositories (id) on delete cascade`
    return [
      table(
        'collaborators',
        `${repository},
        id ${integer} not null,
        login ${text} not null,
        avatar_url ${text},
        role_name ${text} not null,
        primary key (repository_id, id)`,
      ),
      table(
        'repository_teams',
        `${repository},
        id ${integer} not null,
        name ${text} not null,
        slug ${text} not null,
        description ${text},
        permission ${text} not null,
        html_url ${text},
        primary key (repository_id, id)`,
      ),
    ]
  },
}
