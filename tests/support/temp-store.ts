import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'

/** A store of its own for one test: `await using store = await openTempStore()`. */
export interface TempStore extends Store, AsyncDisposable {
  readonly dataDir: string
}

/** Opens a new, migrated SQLite store in a temporary folder, which goes away with it. */
export async function openTempStore(): Promise<TempStore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-store-'))
  const store = await openStore({ dataDir })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= store.close().finally(() => rmSync(dataDir, { recursive: true, force: true }))
    return closing
  }
  return { ...store, dataDir, close, [Symbol.asyncDispose]: close }
}
