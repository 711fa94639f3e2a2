import type { OauthStateRow } from './rows/identity.ts'
import { hashToken } from './secrets.ts'
import type { Db } from './store.ts'

/** Ten minutes to sign in on GitHub's page. */
const lifetimeMs = 10 * 60_000

/** Remembers that a browser left for GitHub's sign-in page. */
export async function saveOauthState(
  tx: Db,
  input: { state: string; browser: string; verifier: string; returnTo: string; setup: boolean; now: number },
): Promise<void> {
  const { now } = input
  await tx.deleteFrom('oauth_states').where('expires_at', '<=', now).execute()
  await tx
    .insertInto('oauth_states')
    .values({
      hash: hashToken(input.state),
      browser_hash: hashToken(input.browser),
      verifier: input.verifier,
      return_to: input.returnTo,
      setup: input.setup ? 1 : 0,
      created_at: now,
      expires_at: now + lifetimeMs,
    })
    .execute()
}

/** Takes what was remembered, once, for the browser that it was remembered of; undefined otherwise. */
export function takeOauthState(
  tx: Db,
  input: { state: string; browser: string; now: number },
): Promise<OauthStateRow | undefined> {
  return tx
    .deleteFrom('oauth_states')
    .where('hash', '=', hashToken(input.state))
    .where('browser_hash', '=', hashToken(input.browser))
    .where('expires_at', '>', input.now)
    .returningAll()
    .executeTakeFirst()
}
