import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

/** Random bytes of one id. */
const width = 16
/** Asking the system costs more than all the rest of an id, so it is asked for many at a time. */
const pool = new Uint8Array(256 * width)
let used = pool.length
/** Of the last id: its millisecond, and what counts within it. */
let msecs = Number.NEGATIVE_INFINITY
let seq = 0

/**
 * A new id: a UUID that ascends, also within a millisecond and when the clock is set back.
 * https://www.rfc-editor.org/rfc/rfc9562#section-6.2 (method 1)
 */
export function newId(now: number = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.subarray(used, used + width)
  used += width
  if (now > msecs) {
    msecs = now
    seq = ((random[6]! & 0x7f) << 24) | (random[7]! << 16) | (random[8]! << 8) | random[9]!
  } else {
    seq = (seq + 1) | 0
    if (seq === 0) msecs += 1
  }
  return v7({ random, msecs, seq })
}
