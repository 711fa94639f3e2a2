import type { Migration } from '../migrate.ts'

/** The repositories of which no webhook tells, by when they were looked at. */
export const unhooked: Migration = {
  id: 29,
  name: 'unhooked',
  statements: () => [
    `create index repositories_unhooked on repositories (synced_at)
       where hook_id is null and deleted_at is null and archived = 0`,
  ],
}
