import { loadMasterKey } from './master-key.ts'
import { checkSealedRows, createSealer, deriveKey, listSealingKeys, type Sealer } from './sealing.ts'
import type { Store } from './store.ts'

export interface Keys {
  sealer: Sealer
  /** Signs access tokens. */
  jwtKey: Uint8Array
  /** Signs webhooks where the settings name no secret. */
  webhookSecret: string
}

/**
 * Opens the hub's keys, all of which come from the master key. A key file is made at first start only: once something
 * is sealed, a missing key is an error and not a reason for a new one. Throws `master_key_missing`, `config_invalid`.
 */
export async function openKeys(
  store: Store,
  config: { masterKey: string | null; masterKeyFile: string | null; dataDir: string },
): Promise<Keys> {
  const sealed = await listSealingKeys(store.read)
  const master = loadMasterKey({
    value: config.masterKey,
    file: config.masterKeyFile,
    dataDir: config.dataDir,
    create: sealed.length === 0,
  })
  const sealer = createSealer({ keys: [master] })
  await checkSealedRows(store, sealer)
  return {
    sealer,
    jwtKey: deriveKey(master, 'access tokens'),
    webhookSecret: Buffer.from(deriveKey(master, 'webhooks')).toString('hex'),
  }
}
