import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { coded, messageOf } from '../errors.ts'
import { writeAtomically } from '../write-atomically.ts'
import { type MasterKey, toMasterKey } from './sealing.ts'

const fileName = 'master.key'

export interface MasterKeyPlace {
  value?: string | null
  file?: string | null
  dataDir: string
}

/**
 * Finds the master key: its text, else the file named, else `master.key` in the data folder. Null when there is none
 * and none is needed, since nothing is sealed yet. Makes nothing.
 * Throws `config_invalid` for a key that is short, not hexadecimal or base64, or looks like a placeholder, and
 * `master_key_missing` when there are sealed secrets but no key.
 */
export function findMasterKey(
  { value, file, dataDir }: MasterKeyPlace,
  { sealed }: { sealed: boolean },
): MasterKey | null {
  if (value) return toMasterKey(parseKey(value, 'CLDCDE_MASTER_KEY'))
  if (file) return toMasterKey(parseKey(read(file), `CLDCDE_MASTER_KEY_FILE (${file})`))
  const own = join(dataDir, fileName)
  const text = readIfAny(own)
  // While nothing is sealed, a file that was left without a whole key is as good as none.
  if (text !== undefined && (sealed || !isUnfinished(text))) {
    const key = parseKey(text, own)
    refuseSharedFile(own)
    return toMasterKey(key)
  }
  if (!sealed) return null
  throw coded(
    'master_key_missing',
    `There are sealed secrets but no master key: ${own} is gone and none is set. Put it back, or set CLDCDE_MASTER_KEY.`,
  )
}

/** As `findMasterKey`, which says what it throws; with `create`, nothing is sealed, and a missing key file is made (mode 0600). */
export function loadMasterKey({ create, ...place }: MasterKeyPlace & { create: boolean }): MasterKey {
  const found = findMasterKey(place, { sealed: !create })
  if (found) return found
  const key = randomBytes(32)
  mkdirSync(place.dataDir, { recursive: true, mode: 0o700 })
  writeAtomically(join(place.dataDir, fileName), `${key.toString('base64')}\n`)
  return toMasterKey(key)
}

function readIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(error)
  }
}

/** Whether a text is the beginning of what we write, too short for a key: the machine died, or another program cut it. */
function isUnfinished(text: string): boolean {
  return /^[A-Za-z\d+/]{0,42}$/.test(text)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw unreadable(cause)
  }
}

function unreadable(cause: unknown): Error {
  return coded('master_key_missing', `The master key file cannot be read: ${messageOf(cause)}.`, { cause })
}

function parseKey(text: string, source: string): Uint8Array {
  const trimmed = text.trim()
  const key = /^([0-9a-f]{2})+$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[\w+/-]+={0,2}$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : Buffer.alloc(0)
  // Random bytes repeat little: 32 of them with fewer than 16 different values do not happen by chance.
  if (key.length < 32 || new Set(key).size < 16) {
    throw coded(
      'config_invalid',
      `The master key in ${source} is not 32 random bytes in base64 or hexadecimal. Make one: openssl rand -base64 32`,
    )
  }
  return key
}

function refuseSharedFile(file: string): void {
  const mode = statSync(file).mode & 0o777
  if ((mode & 0o077) !== 0) {
    throw coded(
      'config_invalid',
      `Others may read the master key ${file} (mode ${mode.toString(8)}). Run: chmod 600 ${file}`,
    )
  }
}
