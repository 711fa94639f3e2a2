/** A source of numbers in [0, 1), as Math.random is. */
export type Random = () => number

/** A small repeatable source (mulberry32): the same seed gives the same organisation on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One of the items. Throws on an empty list, which is a mistake of the caller. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** A whole number from `from` to `until`, both included. */
export function between(random: Random, from: number, until: number): number {
  return from + Math.floor(random() * (until - from + 1))
}
