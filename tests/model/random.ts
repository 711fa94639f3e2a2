/** Chance that a seed fixes: the same seed, the same history. */
export interface Random {
  /** From 0 to below `end`. */
  below(end: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T | undefined
  shuffled<T>(items: readonly T[]): T[]
}

/** mulberry32: https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b9) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)],
    shuffled(items) {
      const list = [...items]
      for (let at = list.length - 1; at > 0; at--) {
        const other = below(at + 1)
        ;[list[at], list[other]] = [list[other]!, list[at]!]
      }
      return list
    },
  }
}
