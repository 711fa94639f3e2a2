import type { Logger } from 'pino'
import { isCoded, messageOf } from '../errors.ts'
import { type LoggedChange, lastSeq, readChanges } from '../store/changes.ts'
import type { Store } from '../store/store.ts'

/** Reads of the log at a time: large enough for a storm, small enough to keep the loop free. */
const batch = 500

export interface Feed {
  /** The last change handed to the listeners. */
  readonly seq: number
  /** Resolves when everything committed so far has been handed on. */
  settled(): Promise<void>
  close(): void
}

/**
 * Follows the change log: wakes after commits (and now and then by itself, for commits of other processes), reads
 * what is new in order and hands each batch to `deliver`, which is awaited: the next batch follows only then.
 */
export async function startFeed(input: {
  store: Store
  log: Logger
  deliver: (changes: readonly LoggedChange[]) => Promise<void> | void
  /** How often to look for what other processes committed, in milliseconds. */
  pollMs?: number
}): Promise<Feed> {
  const { store, log, deliver } = input
  let seq = await lastSeq(store.read)
  let closed = false
  let again = false
  let running: Promise<void> | null = null

  const follow = async () => {
    do {
      again = false
      const changes = await readChanges(store.read, { after: seq, limit: batch })
      if (closed) return
      if (changes.length > 0) {
        seq = changes[changes.length - 1]!.seq
        await deliver(changes)
        if (changes.length === batch) again = true
      }
    } while (again && !closed)
  }

  const wake = () => {
    if (closed) return
    again = true
    running ??= follow()
      .catch((error: unknown) => {
        log.error(
          { err: error, code: isCoded(error) ? error.code : undefined },
          `live feed: ${messageOf(error)}`,
        )
      })
      .finally(() => {
        running = null
        if (again && !closed) wake()
      })
  }

  const unsubscribe = store.onChanges(wake)
  const poll = setInterval(wake, input.pollMs ?? 1000).unref()

  return {
    get seq() {
      return seq
    },
    async settled() {
      const target = await lastSeq(store.read)
      while (seq < target && !closed) {
        wake()
        await running
      }
    },
    close() {
      closed = true
      unsubscribe()
      clearInterval(poll)
    },
  }
}
