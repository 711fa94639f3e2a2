import type { Migration } from '../migrate.ts'

/**
 * When GitHub told something last, where that is not when it was changed: a comment moves the time of a pull request
 * without telling the rest of it, and a review has a time in webhooks only.
 */
export const toldTimes: Migration = {
  id: 31,
  name: 'told-times',
  statements: ({ integer }) => [
    `alter table pull_requests add column told_at ${integer}`,
    `alter table reviews add column told_at ${integer}`,
  ],
}
