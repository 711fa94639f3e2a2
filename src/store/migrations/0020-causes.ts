import type { Migration } from '../migrate.ts'

/**
 * From a webhook to what it caused, and back: changes are found by their delivery, deliveries by the issue or pull
 * request that they are about. What GitHub says of a webhook beside its body is kept, too.
 */
export const causes: Migration = {
  id: 20,
  name: 'causes',
  statements: ({ text, integer }) => [
    'create index changes_delivery on changes (delivery_id, seq) where delivery_id is not null',
    `alter table deliveries add column number ${integer}`,
    `alter table deliveries add column headers ${text}`,
    `create index deliveries_number on deliveries (repository_id, number, received_at, id)
       where number is not null`,
  ],
}
