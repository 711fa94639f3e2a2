import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { readCredential, saveCredential } from '../../src/store/credentials.ts'
import { loadMasterKey } from '../../src/store/master-key.ts'
import {
  checkSealedRows,
  createSealer,
  deriveKey,
  listSealingKeys,
  toMasterKey,
} from '../../src/store/sealing.ts'
import { saveOauthApp } from '../../src/store/settings.ts'
import { upsertUser } from '../../src/store/users.ts'
import { openTempStore } from '../support/temp-store.ts'

const place = { table: 'credentials', row: 'ada', column: 'sealed' }
const newKey = () => toMasterKey(randomBytes(32))

describe('a seal', () => {
  test('opens in its place with its key, and looks different each time', () => {
    const sealer = createSealer({ keys: [newKey()] })
    const [one, two] = [sealer.seal('gho_secret', place), sealer.seal('gho_secret', place)]
    expect(sealer.unseal(one, place)).toBe('gho_secret')
    expect(Buffer.compare(one.sealed, two.sealed)).not.toBe(0)
    expect(Buffer.compare(one.wrapped_key, two.wrapped_key)).not.toBe(0)
    expect(Buffer.from(one.sealed).includes('gho_secret')).toBe(false)
  })

  test.each([{ table: 'settings' }, { row: 'eve' }, { column: 'other' }])(
    'does not open in another place: %j',
    (other) => {
      const sealer = createSealer({ keys: [newKey()] })
      const sealed = sealer.seal('gho_secret', place)
      expect(() => sealer.unseal(sealed, { ...place, ...other })).toThrow(
        expect.objectContaining({ code: 'decrypt_failed' }),
      )
    },
  )

  test('does not open when a single bit of it was changed, or when it was cut', () => {
    const sealer = createSealer({ keys: [newKey()] })
    const sealed = sealer.seal('x', place)
    for (const field of ['sealed', 'wrapped_key'] as const) {
      for (let i = 0; i < sealed[field].length; i++) {
        const touched = Uint8Array.from(sealed[field])
        touched[i]! ^= 1
        expect(() => sealer.unseal({ ...sealed, [field]: touched }, place)).toThrow('does not open')
        expect(() => sealer.unseal({ ...sealed, [field]: sealed[field].slice(0, i) }, place)).toThrow(
          'does not open',
        )
      }
    }
  })

  test('of an older key opens while that key is at hand, and not after', () => {
    const [old, current] = [newKey(), newKey()]
    const sealed = createSealer({ keys: [old] }).seal('x', place)
    expect(createSealer({ keys: [current, old] }).unseal(sealed, place)).toBe('x')
    expect(() => createSealer({ keys: [current] }).unseal(sealed, place)).toThrow(
      expect.objectContaining({ code: 'master_key_missing' }),
    )
  })
})

test('keys for other purposes differ from the master key and from each other', () => {
  const master = newKey()
  const keys = [master.key, deriveKey(master, 'a'), deriveKey(master, 'b'), deriveKey(newKey(), 'a')]
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(4)
  expect(deriveKey(master, 'a')).toEqual(keys[1])
})

test('stored secrets need their key: without it the hub does not start', async () => {
  await using store = await openTempStore()
  const key = newKey()
  const sealer = createSealer({ keys: [key] })
  const other = createSealer({ keys: [newKey()] })
  await checkSealedRows(store, other)
  const person = { id: 1, login: 'ada', name: null, avatar_url: null, html_url: null }
  const userId = await store.write(async (tx) => {
    const { user } = await upsertUser(tx, { host: 'github.com', person, role: 'member', now: 1 })
    await saveCredential(tx, sealer, { userId: user.id, token: 'gho_x', scopes: ['repo'], now: 1 })
    return user.id
  })
  expect(await readCredential(store.read, sealer, userId)).toEqual({
    token: 'gho_x',
    scopes: ['repo'],
    invalid: false,
  })
  await checkSealedRows(store, sealer)
  await expect(checkSealedRows(store, other)).rejects.toMatchObject({ code: 'master_key_missing' })

  await store.write((tx) => tx.deleteFrom('credentials').execute())
  await checkSealedRows(store, other)
  await store.write((tx) => saveOauthApp(tx, sealer, { clientId: 'x', clientSecret: 'y', now: 1 }))
  expect(await listSealingKeys(store.read)).toEqual([key.id])
  await expect(checkSealedRows(store, other)).rejects.toMatchObject({ code: 'master_key_missing' })
})

describe('the master key', () => {
  let dataDir = ''
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'cldcde-key-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
  })
  const missing = expect.objectContaining({ code: 'master_key_missing' })
  const invalid = expect.objectContaining({ code: 'config_invalid' })

  test('is made at the first start, for its owner alone to read, and found again', () => {
    const made = loadMasterKey({ dataDir, create: true })
    expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600)
    expect(loadMasterKey({ dataDir, create: false })).toEqual(made)
  })

  test('is not made anew where secrets need the old one', () => {
    expect(() => loadMasterKey({ dataDir, create: false })).toThrow(missing)
  })

  test('can be given as text or as a file, in base64 or hexadecimal', () => {
    const key = randomBytes(32)
    const file = join(dataDir, 'key')
    writeFileSync(file, `${key.toString('hex')}\n`)
    const found = [
      loadMasterKey({ value: key.toString('base64'), dataDir, create: false }),
      loadMasterKey({ value: key.toString('base64url'), dataDir, create: false }),
      loadMasterKey({ file, dataDir, create: false }),
    ]
    for (const one of found) expect(one).toEqual(toMasterKey(key))
    expect(() => loadMasterKey({ file: join(dataDir, 'gone'), dataDir, create: true })).toThrow(missing)
  })

  test.each([
    ['short', randomBytes(31).toString('base64')],
    ['zeros', Buffer.alloc(32).toString('base64')],
    ['a repeated text', Buffer.from('changeme'.repeat(8)).toString('base64')],
    ['a word', 'changeme'],
    ['a sentence', 'this is my secret master key, do not tell anybody please'],
  ])('that is %s is refused', (_, value) => {
    expect(() => loadMasterKey({ value, dataDir, create: true })).toThrow(invalid)
    expect(() => loadMasterKey({ value, dataDir, create: true })).not.toThrow(value)
  })

  test('that others may read is refused', () => {
    const file = join(dataDir, 'master.key')
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o644 })
    expect(() => loadMasterKey({ dataDir, create: true })).toThrow(invalid)
  })
})
