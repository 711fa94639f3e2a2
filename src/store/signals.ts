import type { Db } from './store.ts'

/** What a transaction tells the rest of the hub once, and only if, it commits. */
export interface Signals {
  /** Last seq of the changes it appended; 0: none. */
  changes: number
  /** It enqueued a task. */
  tasks: boolean
}

const noted = new WeakMap<Db, Signals>()

/** Notes on a transaction that it appended changes up to `seq`. */
export function noteChanges(tx: Db, seq: number): void {
  signalsOf(tx).changes = seq
}

/** Notes on a transaction that it enqueued a task which is due now or soon. */
export function noteTasks(tx: Db): void {
  signalsOf(tx).tasks = true
}

const callbacks = new WeakMap<Db, (() => void)[]>()

/** Calls back in this process once the transaction is on disk, and never when it is rolled back. */
export function afterCommit(tx: Db, callback: () => void): void {
  const waiting = callbacks.get(tx)
  if (waiting) waiting.push(callback)
  else callbacks.set(tx, [callback])
}

/** For the stores: `tx` is on disk. */
export function tellCommitted(tx: Db): void {
  for (const callback of callbacks.get(tx) ?? []) callback()
}

/** What was noted on a transaction, if anything. */
export function takeSignals(tx: Db): Signals | undefined {
  return noted.get(tx)
}

function signalsOf(tx: Db): Signals {
  let signals = noted.get(tx)
  if (!signals) {
    signals = { changes: 0, tasks: false }
    noted.set(tx, signals)
  }
  return signals
}

/** Who wants to hear of commits. */
export function createListeners(): {
  onChanges(listener: (seq: number) => void): () => void
  onTasks(listener: () => void): () => void
  tell(signals: Signals): void
} {
  const changes = new Set<(seq: number) => void>()
  const tasks = new Set<() => void>()
  return {
    onChanges(listener) {
      changes.add(listener)
      return () => changes.delete(listener)
    },
    onTasks(listener) {
      tasks.add(listener)
      return () => tasks.delete(listener)
    },
    tell(signals) {
      if (signals.changes > 0) for (const listener of changes) listener(signals.changes)
      if (signals.tasks) for (const listener of tasks) listener()
    },
  }
}
