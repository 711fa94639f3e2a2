export interface Backoff {
  /** The pause before the second try, doubled before each further one. */
  firstMs: number
  mostMs: number
}

/** How long to wait after try number `attempt`: doubling, and off by up to a quarter, so that failures spread. */
export function pauseAfter(attempt: number, { firstMs, mostMs }: Backoff, random: () => number): number {
  const pause = Math.min(mostMs, firstMs * 2 ** (attempt - 1))
  return Math.round(pause * (0.75 + random() / 2))
}
