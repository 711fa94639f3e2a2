import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { coded } from '../errors.ts'
import { secrets } from './migrations/0050-secrets.ts'
import type { Db, Store } from './store.ts'

/** Where a secret lives: bound into its seal, so that a seal moved to another row does not open. */
export interface Place {
  table: string
  row: string
  column: string
}

/** A secret at rest: encrypted with its own key, which the master key `key_id` wraps. */
export interface Sealed {
  key_id: string
  wrapped_key: Uint8Array
  sealed: Uint8Array
}

export interface MasterKey {
  id: string
  key: Uint8Array
}

export interface Sealer {
  /** Ids of the master keys at hand, the current one first. */
  readonly keyIds: readonly string[]
  seal(secret: string, place: Place): Sealed
  /** Throws `master_key_missing` without the key, `decrypt_failed` when the seal is not of this place or was touched. */
  unseal(sealed: Sealed, place: Place): string
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/** Gives a master key its id: public, the same at every start, and says nothing about the key. */
export function toMasterKey(key: Uint8Array): MasterKey {
  return {
    id: createHash('sha256').update('cldcde master key id').update(key).digest('hex').slice(0, 16),
    key,
  }
}

/** Derives a key for one other purpose from the master key. https://www.rfc-editor.org/rfc/rfc5869 */
export function deriveKey(master: MasterKey, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master.key, '', purpose, 32))
}

/** Seals with the first key and opens with any. */
export function createSealer({ keys }: { keys: readonly [MasterKey, ...MasterKey[]] }): Sealer {
  const [current] = keys
  const byId = new Map(keys.map((key) => [key.id, key.key]))
  return {
    keyIds: keys.map((key) => key.id),
    seal(secret, place) {
      const dataKey = randomBytes(32)
      const bound = bind(place, current.id)
      return {
        key_id: current.id,
        wrapped_key: encrypt(current.key, dataKey, bound),
        sealed: encrypt(dataKey, Buffer.from(secret), bound),
      }
    },
    unseal({ key_id, wrapped_key, sealed }, place) {
      const key = byId.get(key_id)
      if (!key)
        throw coded(
          'master_key_missing',
          `A secret is sealed with master key ${key_id}, which is not at hand.`,
        )
      const bound = bind(place, key_id)
      try {
        return decrypt(decrypt(key, wrapped_key, bound), sealed, bound).toString()
      } catch (cause) {
        throw coded('decrypt_failed', `The secret in ${place.table}.${place.column} does not open.`, {
          cause,
        })
      }
    },
  }
}

/**
 * Refuses to go on when secrets are sealed with a master key that is not at hand: a hub that started all the same
 * would look healthy and be signed out of GitHub. Throws `master_key_missing`.
 */
export async function checkSealedRows(store: Store, sealer: Sealer): Promise<void> {
  checkSealingKeys(await listSealingKeys(store.read), sealer.keyIds)
}

/** The same for ids that are known already. */
export function checkSealingKeys(needed: readonly string[], atHand: readonly string[]): void {
  const missing = needed.filter((id) => !atHand.includes(id))
  if (missing.length === 0) return
  throw coded(
    'master_key_missing',
    `Stored secrets are sealed with master key ${missing.join(', ')}, but the key at hand is ${atHand.join(', ')}. ` +
      'Set CLDCDE_MASTER_KEY or CLDCDE_MASTER_KEY_FILE to the key that this database was used with.',
  )
}

/** Tables that hold secrets, and the migration that made them. */
const sealedTables = [
  { table: 'credentials', since: 1 },
  { table: 'secrets', since: secrets.id },
] as const

/** Ids of the master keys that stored secrets need; `schema`: the last migration of a database that is older. */
export async function listSealingKeys(db: Db, schema = Number.POSITIVE_INFINITY): Promise<string[]> {
  const ids = new Set<string>()
  const setting = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', 'oauth_app')
    .executeTakeFirst()
  if (setting) ids.add((JSON.parse(setting.value) as Pick<Sealed, 'key_id'>).key_id)
  for (const { table, since } of sealedTables) if (since <= schema) await addKeysOf(db, table, ids)
  return [...ids]
}

/** From one key to the next along the index: as many steps as keys, however many secrets there are. */
async function addKeysOf(db: Db, table: 'credentials' | 'secrets', ids: Set<string>): Promise<void> {
  for (let last = ''; ; ) {
    const next = await db
      .selectFrom(table)
      .select('key_id')
      .where('key_id', '>', last)
      .orderBy('key_id')
      .limit(1)
      .executeTakeFirst()
    if (!next) return
    last = next.key_id
    ids.add(last)
  }
}

/** iv, tag and ciphertext in one. https://csrc.nist.gov/pubs/sp/800/38/d/final */
function encrypt(key: Uint8Array, plain: Uint8Array, bound: Buffer): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, key, iv).setAAD(bound)
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), text])
}

function decrypt(key: Uint8Array, sealed: Uint8Array, bound: Buffer): Buffer {
  const iv = sealed.subarray(0, ivBytes)
  const tag = sealed.subarray(ivBytes, ivBytes + tagBytes)
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes })
    .setAAD(bound)
    .setAuthTag(tag)
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()])
}

function bind(place: Place, keyId: string): Buffer {
  return Buffer.from(JSON.stringify([place.table, place.row, place.column, keyId]))
}
