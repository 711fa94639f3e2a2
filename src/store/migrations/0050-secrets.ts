import type { Migration } from '../migrate.ts'

/** Secrets and variables of workflows, of the whole hub or of one repository. */
export const secrets: Migration = {
  id: 50,
  name: 'secrets',
  statements: ({ text, integer, blob, table }) => {
    const value = `id ${text} primary key,
        repository_id ${integer} references repositories (id) on delete cascade,
        name ${text} not null,
        updated_at ${integer} not null,
        updated_by ${text}`
    return [
      table(
        'secrets',
        `${value}, key_id ${text} not null, wrapped_key ${blob} not null, sealed ${blob} not null`,
      ),
      'create unique index secrets_of_repository on secrets (repository_id, name)',
      'create unique index secrets_of_hub on secrets (name) where repository_id is null',
      'create index secrets_by_key on secrets (key_id)',
      table('variables', `${value}, value ${text} not null`),
      'create unique index variables_of_repository on variables (repository_id, name)',
      'create unique index variables_of_hub on variables (name) where repository_id is null',
    ]
  },
}
