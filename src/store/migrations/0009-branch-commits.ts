import type { Migration } from '../migrate.ts'

/** A branch knows when its head was committed, where a push told. */
export const branchCommits: Migration = {
  id: 9,
  name: 'branch-commits',
  statements: ({ integer }) => [`alter table branches add column committed_at ${integer}`],
}
