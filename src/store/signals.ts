import type { LoggedChange } from './changes.ts'
import type { Db } from './store.ts'

/** What a transaction tells other processes once, and only if, it commits. */
export interface Signals {
  /** Last seq of the changes it appended; 0: none. */
  changes: number
  /** It enqueued a task. */
  tasks: boolean
}

/** A change that waits for its number. */
export type Collected = Omit<LoggedChange, 'seq'> & { json: string }

type Callback = (appended: readonly LoggedChange[]) => void

/** What a transaction has said so far, to be done with it as a whole. */
interface Noted {
  changes: Collected[]
  tasks: boolean
  callbacks: Callback[]
}

/** Where a transaction keeps them: there are many, and a map of them all is work for the garbage collector. */
const noted = Symbol('noted')

/** Notes changes on a transaction; the store numbers and inserts them as its last statement. */
export function collectChanges(tx: Db, changes: readonly Collected[]): void {
  notesOf(tx).changes.push(...changes)
}

/** Notes on a transaction that it enqueued a task which is due now or soon. */
export function noteTasks(tx: Db): void {
  notesOf(tx).tasks = true
}

/**
 * Calls back in this process once the transaction is on disk, with the changes that it appended, and never when it
 * is rolled back.
 */
export function afterCommit(tx: Db, callback: Callback): void {
  notesOf(tx).callbacks.push(callback)
}

/** Remembers what has been noted so far; call what it returns to forget what is noted from here on. */
export function markNotes(tx: Db): () => void {
  const { changes, tasks, callbacks } = notesOf(tx)
  const [changed, called] = [changes.length, callbacks.length]
  return () => {
    changes.length = changed
    callbacks.length = called
    notesOf(tx).tasks = tasks
  }
}

/** For the stores: what has been noted on a transaction. */
export function notesOf(tx: Db): Noted {
  const holder = tx as { [noted]?: Noted }
  holder[noted] ??= { changes: [], tasks: false, callbacks: [] }
  return holder[noted]
}

/** Who wants to hear of commits. */
export interface Listeners {
  onChanges(listener: (seq: number) => void): () => void
  onAppended(listener: (changes: readonly LoggedChange[]) => void): () => void
  onTasks(listener: () => void): () => void
  /** Somebody else has committed. */
  tell(signals: Signals): void
  /** Transactions of this process are on disk together; `appended` are their changes in order. */
  tellCommitted(txs: readonly Db[], appended: readonly LoggedChange[]): void
}

export function createListeners(): Listeners {
  const changes = new Set<(seq: number) => void>()
  const appends = new Set<(changes: readonly LoggedChange[]) => void>()
  const tasks = new Set<() => void>()
  return {
    onChanges: (listener) => add(changes, listener),
    onAppended: (listener) => add(appends, listener),
    onTasks: (listener) => add(tasks, listener),
    tell(signals) {
      if (signals.changes > 0) for (const listener of changes) call(() => listener(signals.changes))
      if (signals.tasks) for (const listener of tasks) call(listener)
    },
    tellCommitted(txs, appended) {
      let first = 0
      for (const tx of txs) {
        const notes = notesOf(tx)
        const own = appended.slice(first, first + notes.changes.length)
        first += own.length
        for (const callback of notes.callbacks) call(() => callback(own))
      }
      if (appended.length > 0) for (const listener of appends) call(() => listener(appended))
      const signals = signalsOf(txs, appended)
      if (signals) this.tell(signals)
    },
  }
}

/** What transactions that are committed together tell others, if anything. */
export function signalsOf(txs: readonly Db[], appended: readonly LoggedChange[]): Signals | undefined {
  const changes = appended.at(-1)?.seq ?? 0
  const tasks = txs.some((tx) => notesOf(tx).tasks)
  return changes > 0 || tasks ? { changes, tasks } : undefined
}

function add<Listener>(to: Set<Listener>, listener: Listener): () => void {
  to.add(listener)
  return () => to.delete(listener)
}

/** What is committed is committed: a listener that throws is an error of its own, not one of whoever wrote. */
function call(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
