import type { Migration } from '../migrate.ts'

/** A ticket knows the API token that asked for it, so that its WebSocket ends with the token. */
export const tokenTickets: Migration = {
  id: 7,
  name: 'token-tickets',
  statements: ({ text }) => [`alter table tickets add column token_id ${text}`],
}
