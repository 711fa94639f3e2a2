const mostMs = 5_000

/** Resolves after a pause that grows with the number of failures before it: 50 ms, 100, 200 … up to 5 s. */
export function nextPause(failures: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.min(mostMs, 50 * 2 ** failures)).unref()
  })
}
