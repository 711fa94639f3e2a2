import { appendChanges, type NewChange } from '../../src/store/changes.ts'
import { afterCommit } from '../../src/store/signals.ts'
import type { Db, Store } from '../../src/store/store.ts'

/** Appends changes in a commit of their own and returns their seqs; `besides` is done in the same transaction. */
export async function append(
  store: Store,
  changes: readonly NewChange[],
  { now = Date.now(), besides }: { now?: number; besides?: (tx: Db) => Promise<unknown> } = {},
): Promise<number[]> {
  let seqs: number[] = []
  await store.write(async (tx) => {
    await besides?.(tx)
    appendChanges(tx, now, changes)
    afterCommit(tx, (appended) => {
      seqs = appended.map(({ seq }) => seq)
    })
  })
  return seqs
}
