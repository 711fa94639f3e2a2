import type { Logger } from 'pino'
import { isCoded, messageOf } from '../errors.ts'
import { type LoggedChange, lastSeq, readChanges } from '../store/changes.ts'
import type { Store } from '../store/store.ts'
import { nextPause } from './pause.ts'
import type { Turn } from './slices.ts'

/** Reads of the log at a time: large enough for a storm, small enough to keep the loop free. */
const batch = 500
/** Own commits that are kept while those of other processes before them are read; more are read back themselves. */
const maxOwn = 5_000
/** A change that cannot be handed on after so many attempts is given up, and everybody told to refetch. */
const attempts = 5

export interface Feed {
  /** The last change that was handed on. */
  readonly seq: number
  /** Resolves when everything committed so far has been handed on. */
  settled(): Promise<void>
  close(): void
}

/**
 * Follows the change log and hands on each change, in order, without a gap: what this process commits as it is
 * committed; what others commit by reading it, after a signal and now and then anyway. Its number moves when a change
 * was delivered, not before: what fails is tried again, and given to `lose` when it cannot be.
 */
export async function startFeed(input: {
  store: Store
  log: Logger
  /** Hands a change on; called again for the same one when it throws. */
  deliver: (change: LoggedChange) => void
  /** Something up to this seq could not be delivered. */
  lose: (seq: number) => void
  /** Called between changes. */
  turn: Turn
  /** How often to look for what other processes committed, in milliseconds. */
  pollMs?: number
}): Promise<Feed> {
  const { store, log, deliver, lose, turn } = input
  /** Commits of this process that come after `seq`, in order. */
  let own: LoggedChange[] = []
  /** The last change that is known to be committed, anywhere. */
  let known = 0
  /** There may be more than is known. */
  let look = false
  let closed = false
  let following = false
  /** Somebody called while what is at hand was being looked at. */
  let again = false
  const waiting = new Set<() => void>()

  const unsubscribers = [
    store.onAppended((changes) => {
      known = Math.max(known, changes.at(-1)!.seq)
      own = own.length + changes.length > maxOwn ? [] : own.concat(changes)
      wake()
    }),
    store.onChanges((last) => {
      known = Math.max(known, last)
      wake()
    }),
  ]
  const poll = setInterval(() => {
    look = true
    wake()
  }, input.pollMs ?? 1000).unref()
  let seq = -1
  seq = await lastSeq(store.read)
  wake()

  function wake(): void {
    again = true
    if (closed || following || seq < 0) return
    following = true
    void follow()
  }

  async function follow(): Promise<void> {
    for (let failures = 0; !closed; ) {
      again = false
      let changes: readonly LoggedChange[]
      try {
        changes = await next()
        failures = 0
      } catch (error) {
        const code = isCoded(error) ? error.code : undefined
        log.error({ err: error, code }, `live feed: ${messageOf(error)}`)
        await nextPause(failures++)
        look = true
        continue
      }
      const first = changes[0]?.seq ?? 0
      if (first > seq + 1) lose(first - 1) // gone from the log before it was read
      for (const change of changes) {
        if (closed) return
        if (!tryToDeliver(change)) await insist(change)
        seq = change.seq
        const later = turn()
        if (later) await later
      }
      if (changes.length > 0 || again) continue
      following = false
      for (const check of waiting) check()
      return
    }
  }

  /** What comes after `seq`, as far as it is at hand; nothing when there is no more for now. */
  async function next(): Promise<readonly LoggedChange[]> {
    own = own.filter((change) => change.seq > seq)
    // Numbers have no gaps: the next one is either here or another process's.
    let ready = 0
    while (own[ready]?.seq === seq + 1 + ready) ready++
    if (ready > 0) return own.slice(0, ready)
    if (known <= seq && !look) return []
    const told = known
    look = false
    const changes = await readChanges(store.read, { after: seq, limit: batch })
    if (changes.length === batch) look = true
    if (changes.length === 0 && told > seq) {
      seq = told // as far as it is known, the log is empty again
      lose(told)
    }
    return changes
  }

  function tryToDeliver(change: LoggedChange): boolean {
    try {
      deliver(change)
      return true
    } catch (error) {
      log.error({ err: error, seq: change.seq }, `live feed: ${messageOf(error)}`)
      return false
    }
  }

  async function insist(change: LoggedChange): Promise<void> {
    for (let failures = 1; failures < attempts; failures++) {
      await nextPause(failures - 1)
      if (closed || tryToDeliver(change)) return
    }
    lose(change.seq)
  }

  return {
    get seq() {
      return seq
    },
    async settled() {
      const target = await lastSeq(store.read)
      known = Math.max(known, target)
      await new Promise<void>((resolve) => {
        const check = () => {
          if (seq < target && !closed) return wake()
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
    close() {
      closed = true
      for (const unsubscribe of unsubscribers) unsubscribe()
      clearInterval(poll)
      for (const check of waiting) check()
    },
  }
}
