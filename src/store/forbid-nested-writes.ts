import { AsyncLocalStorage } from 'node:async_hooks'
import type { Db, Store } from './store.ts'

/**
 * Makes a write inside a write an error at once. It would wait for the commit of the one that waits for it: for ever
 * on SQLite, and on Postgres as soon as no connection is left.
 */
export function forbidNestedWrites(write: Store['write']): Store['write'] {
  const writing = new AsyncLocalStorage<{ open: boolean }>()

  return async <T>(work: (tx: Db) => T | Promise<T>): Promise<T> => {
    if (writing.getStore()?.open)
      throw new Error('store.write inside store.write: use the transaction that you have')
    const state = { open: false }
    return await write((tx) =>
      writing.run(state, async () => {
        state.open = true
        try {
          return await work(tx)
        } finally {
          state.open = false
        }
      }),
    )
  }
}
