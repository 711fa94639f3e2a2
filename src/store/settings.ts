import type { Sealed, Sealer } from './sealing.ts'
import type { Db } from './store.ts'

/** Reads what was put under a name, as it was put. */
export async function readSetting(db: Db, key: string): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value ?? null
}

/** Keeps a value under a name, over what was there. */
export async function putSetting(
  tx: Db,
  setting: { key: string; value: string; now: number },
): Promise<void> {
  const { key, value, now: updated_at } = setting
  await tx
    .insertInto('settings')
    .values({ key, value, updated_at })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at }))
    .execute()
}

/** GitHub's OAuth app, as registered there: who the hub is when people sign in. */
export interface OauthApp {
  clientId: string
  clientSecret: string
}

const oauthAppPlace = { table: 'settings', row: 'oauth_app', column: 'value' }

/** Keeps the OAuth app that somebody entered on the set-up page, its secret sealed. */
export async function saveOauthApp(tx: Db, sealer: Sealer, app: OauthApp & { now: number }): Promise<void> {
  const { key_id, wrapped_key, sealed } = sealer.seal(app.clientSecret, oauthAppPlace)
  const value = JSON.stringify({
    client_id: app.clientId,
    key_id,
    wrapped_key: Buffer.from(wrapped_key).toString('base64'),
    sealed: Buffer.from(sealed).toString('base64'),
  })
  await putSetting(tx, { key: 'oauth_app', value, now: app.now })
}

/** The OAuth app of the set-up page; null while there is none. */
export async function readOauthApp(db: Db, sealer: Sealer): Promise<OauthApp | null> {
  const value = await readSetting(db, 'oauth_app')
  if (value === null) return null
  const stored = JSON.parse(value) as { client_id: string } & { [K in keyof Sealed]: string }
  const clientSecret = sealer.unseal(
    {
      key_id: stored.key_id,
      wrapped_key: Buffer.from(stored.wrapped_key, 'base64'),
      sealed: Buffer.from(stored.sealed, 'base64'),
    },
    oauthAppPlace,
  )
  return { clientId: stored.client_id, clientSecret }
}
