/** A hub that does not answer within this is as good as away. */
const ANSWER_MS = 5_000
const FIRST_WAIT = 500
const LONGEST_WAIT = 4_000

/** Whether the hub answers now. */
export async function hubAnswers(): Promise<boolean> {
  try {
    const { ok } = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) })
    return ok
  } catch {
    return false
  }
}

let waiting: Promise<void> | null = null

/** Resolves once the hub answers; asks now and then, once for all who wait, and at once when the network is back. */
export function waitForHub(): Promise<void> {
  waiting ??= ask().finally(() => {
    waiting = null
  })
  return waiting
}

async function ask(): Promise<void> {
  for (let wait = FIRST_WAIT; !(await hubAnswers()); wait = Math.min(LONGEST_WAIT, wait * 2))
    await pause(wait)
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  window.addEventListener('online', () => resolve(), { once: true })
  return promise.finally(() => clearTimeout(timer))
}
