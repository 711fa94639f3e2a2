import type { Migration } from '../../src/store/migrate.ts'

/** Migrations of several statements with data on the way, each of which must happen once or not at all. */
export const sampleMigrations: Migration[] = [
  {
    id: 1,
    name: 'accounts',
    statements: ({ table, text, integer }) => [
      table('accounts', `id ${integer} primary key, owner ${text} not null, balance ${integer} not null`),
      `insert into accounts (id, owner, balance) values (1, 'mona', 100), (2, 'hubot', 50)`,
      'create index accounts_owner on accounts (owner)',
    ],
  },
  {
    id: 2,
    name: 'interest',
    statements: ({ integer }) => [
      'update accounts set balance = balance * 2',
      `alter table accounts add column cents ${integer} not null default 0`,
      'update accounts set cents = balance * 100',
      'delete from accounts where id = 2',
    ],
  },
  { id: 3, name: 'gift', statements: () => ['update accounts set balance = balance + 1'] },
]
