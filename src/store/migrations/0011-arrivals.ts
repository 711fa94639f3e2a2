import type { Migration } from '../migrate.ts'

/**
 * Deliveries are numbered in the order in which they come, and their bodies stand in a table of their own: marking one
 * as applied writes a short row, not its body once more. What it takes to recognise a body stands in the row.
 */
export const arrivals: Migration = {
  id: 11,
  name: 'arrivals',
  statements: ({ text, integer, blob, serial, table }) => [
    'alter table deliveries rename to deliveries_before',
    'alter table delivery_bodies rename to bodies_before',
    ...['received', 'repository', 'due', 'unassigned', 'bodies'].map(
      (name) => `drop index deliveries_${name}`,
    ),
    'drop index delivery_bodies_hash',

    table(
      'deliveries',
      `seq ${serial},
      id ${text} not null unique,
      event ${text} not null,
      action ${text},
      repository_id ${integer},
      received_at ${integer} not null,
      applied_at ${integer},
      state ${text} not null check (state in ('pending', 'applied', 'stored', 'failed')),
      error ${text},
      attempts ${integer} not null default 0,
      due_at ${integer},
      size ${integer} not null,
      digest ${blob},
      repeat_of ${text}`,
    ),
    `insert into deliveries (id, event, action, repository_id, received_at, applied_at, state, error, attempts, due_at,
         size, digest, repeat_of)
       select d.id, d.event, d.action, d.repository_id, d.received_at, d.applied_at, d.state, d.error, d.attempts,
         d.due_at, coalesce(d.dropped_size, octet_length(d.body)), b.hash, b.repeat_of
       from deliveries_before d left join bodies_before b on b.delivery_id = d.id
       order by d.received_at, d.id`,
    table(
      'delivery_bodies',
      `delivery_seq ${integer} primary key references deliveries (seq) on delete cascade, body ${blob} not null`,
    ),
    `insert into delivery_bodies (delivery_seq, body)
       select d.seq, b.body from deliveries d join deliveries_before b on b.id = d.id where b.dropped_size is null`,
    'drop table bodies_before',
    'drop table deliveries_before',

    'create index deliveries_received on deliveries (received_at, id)',
    'create index deliveries_repository on deliveries (repository_id, received_at, id) where repository_id is not null',
    'create index deliveries_unassigned on deliveries (received_at, id) where repository_id is null',
    "create index deliveries_due on deliveries (due_at, seq) where state = 'pending'",
    'create index deliveries_digest on deliveries (digest, received_at) where digest is not null',
  ],
}
