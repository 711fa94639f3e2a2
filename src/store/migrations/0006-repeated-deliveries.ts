import type { Migration } from '../migrate.ts'

/**
 * Digests of the bodies of deliveries that were applied, by which a repetition is recognised. In a table of their
 * own: what stands behind the body in its row is read through all of the body. Deliveries from before have none.
 */
export const repeatedDeliveries: Migration = {
  id: 6,
  name: 'repeated-deliveries',
  statements: ({ text, integer, blob, table }) => [
    table(
      'delivery_bodies',
      `delivery_id ${text} primary key references deliveries (id) on delete cascade,
      hash ${blob} not null,
      event ${text} not null,
      received_at ${integer} not null,
      repeat_of ${text}`,
    ),
    'create index delivery_bodies_hash on delivery_bodies (hash, received_at)',
  ],
}
