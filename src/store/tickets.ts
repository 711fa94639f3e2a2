import type { TicketRow } from './rows/identity.ts'
import { hashToken, randomToken } from './secrets.ts'
import type { Db } from './store.ts'

/** `live` opens one WebSocket; `sign-in` is a link that signs a person in. Neither works as the other. */
export type TicketPurpose = 'live' | 'sign-in'

/** Whose a ticket is, and which credential asked for it. */
export type Ticket = Pick<TicketRow, 'user_id' | 'session_id' | 'token_id'>

/** Makes a one-time ticket in a person's name. Only its hash is kept. */
export async function issueTicket(
  tx: Db,
  input: {
    purpose: TicketPurpose
    userId: string
    /** The credential that asks, one of both; a sign-in link has none. */
    sessionId?: string | null
    tokenId?: string | null
    now: number
    lifetimeMs: number
  },
): Promise<string> {
  const ticket = randomToken()
  await tx.deleteFrom('tickets').where('expires_at', '<=', input.now).execute()
  await tx
    .insertInto('tickets')
    .values({
      hash: hashTicket(input.purpose, ticket),
      user_id: input.userId,
      session_id: input.sessionId ?? null,
      token_id: input.tokenId ?? null,
      expires_at: input.now + input.lifetimeMs,
    })
    .execute()
  return ticket
}

/** Uses a ticket up. undefined when it is unknown, spent or too old. */
export function redeemTicket(
  tx: Db,
  input: { purpose: TicketPurpose; ticket: string; now: number },
): Promise<Ticket | undefined> {
  return tx
    .deleteFrom('tickets')
    .where('hash', '=', hashTicket(input.purpose, input.ticket))
    .where('expires_at', '>', input.now)
    .returning(['user_id', 'session_id', 'token_id'])
    .executeTakeFirst()
}

/** A link that signs `userId` in once, within the hour: `/sign-in?link=…`. */
export function createSignInLink(
  tx: Db,
  input: { userId: string; publicUrl: string; now: number },
): Promise<string> {
  const { userId, now } = input
  return issueTicket(tx, { purpose: 'sign-in', userId, now, lifetimeMs: 3_600_000 }).then(
    (ticket) => `${input.publicUrl}/sign-in?link=${ticket}`,
  )
}

function hashTicket(purpose: TicketPurpose, ticket: string): string {
  return hashToken(`${purpose}:${ticket}`)
}
