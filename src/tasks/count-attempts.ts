import { coded } from '../errors.ts'
import { countAttempts, type DueDelivery, lastArrival } from '../store/deliveries.ts'
import { afterCommit } from '../store/signals.ts'
import type { Db } from '../store/store.ts'

/** How often a delivery is tried before it is given up, and how often when it ends the process each time. */
export const mostAttempts = 10
const mostDeaths = 3

/** Which of the deliveries that are due may be applied now. */
export interface Attempts {
  /**
   * The first of these that may be applied; none when their tries had to be written down, which the next call finds
   * done. `hopeless` is the first one when it is not to be tried any more, with the reason.
   */
  take(tx: Db, due: readonly DueDelivery[]): Promise<{ ready: DueDelivery[]; hopeless?: Hopeless }>
  /** How often a delivery was tried, with the try that just failed. */
  of(delivery: DueDelivery): number
  /** These are settled, one way or another. */
  settled(deliveries: readonly DueDelivery[]): void
}

interface Hopeless {
  delivery: DueDelivery
  error: unknown
}

/**
 * Counts tries so that a delivery which ends the process, by the memory that it takes for example, is not tried for
 * ever. What came in this process's time is tried at once, and costs nothing. What an earlier process left may be what
 * ended it, and what was tried before may be odd: such a try is written down before it begins. After a death those
 * that were under way are tried one by one, so that only the one to blame is given up.
 */
export function createAttempts(): Attempts {
  /** The last delivery that came before this process. */
  let left: number | undefined
  /** Whose try under way is written down. */
  const begun = new Set<number>()

  return {
    async take(tx, due) {
      left ??= await lastArrival(tx)
      const before = left
      const mayBegin = ({ seq, attempts }: DueDelivery) => begun.has(seq) || (attempts === 0 && seq > before)
      const first = due[0]
      if (!first) return { ready: [] }
      if (mayBegin(first)) {
        const end = due.findIndex((delivery) => !mayBegin(delivery))
        return { ready: due.slice(0, end < 0 ? due.length : end) }
      }
      if (first.attempts >= (first.error === null ? mostDeaths : mostAttempts))
        return { ready: [], hopeless: { delivery: first, error: ended(first.attempts) } }
      const untried = due.findIndex((delivery) => delivery.attempts > 0 || mayBegin(delivery))
      const counted = first.attempts > 0 ? [first] : due.slice(0, untried < 0 ? due.length : untried)
      const seqs = counted.map(({ seq }) => seq)
      await countAttempts(tx, seqs)
      afterCommit(tx, () => {
        for (const seq of seqs) begun.add(seq)
      })
      return { ready: [] }
    },
    of: ({ seq, attempts }) => (begun.has(seq) ? attempts : attempts + 1),
    settled(deliveries) {
      for (const { seq } of deliveries) begun.delete(seq)
    },
  }
}

const ended = (attempts: number) =>
  coded(
    'unavailable',
    `The hub ended in the middle of applying it, ${attempts} times. It is not tried again by itself.`,
  )
