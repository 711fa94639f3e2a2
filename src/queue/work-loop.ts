import { setTimeout as wait } from 'node:timers/promises'

/** Does what is due, again and again, and sleeps while nothing is. */
export interface WorkLoop {
  start(): void
  /** Looks for work now: there may be some. */
  wake(): void
  /** Resolves when nothing is due and nothing runs. */
  idle(): Promise<void>
  /** Ends after the bout under way. */
  stop(): Promise<void>
}

/** Why there is nothing to do now. */
export interface Rest {
  /** Nothing is due and nothing runs. */
  idle: boolean
  /** When something is due next, as far as it is known. */
  next?: number | undefined
}

interface WorkLoopOptions {
  /** Does one bout of work, of so many pieces at most, or tells why there is none. */
  work(most: number): Promise<Rest | undefined>
  /** Hears what a bout threw; the loop goes on after `pollMs`. */
  onError(error: unknown): void
  /** Pieces of one bout. */
  most: number
  /** While true, bouts are small and most of the process is left to others. */
  busy(): boolean
  clock(): number
  /** How often to look for work without being woken. */
  pollMs: number
}

/** While busy: pieces of one bout, and how long to stand back for each millisecond of work. */
const bite = 4
const standBack = 9
/** Milliseconds to stand back at most. */
export const standBackMost = 100

export function createWorkLoop({ work, onError, most, busy, clock, pollMs }: WorkLoopOptions): WorkLoop {
  let looping: Promise<void> | undefined
  let stopping = false
  let woken = false
  let wakeUp: (() => void) | undefined
  let idlers: (() => void)[] = []

  async function loop(): Promise<void> {
    while (!stopping) {
      woken = false
      try {
        await bout()
      } catch (error) {
        onError(error)
        await sleep(pollMs)
      }
    }
    letIdlersGo()
  }

  async function bout(): Promise<void> {
    const storm = busy()
    const began = performance.now()
    const rest = await work(storm ? Math.min(bite, most) : most)
    if (rest) {
      if (rest.idle && !woken) letIdlersGo()
      await sleep(rest.next === undefined ? pollMs : Math.min(pollMs, Math.max(0, rest.next - clock())))
    } else if (storm) await wait(Math.min(standBackMost, (performance.now() - began) * standBack))
  }

  async function sleep(ms: number): Promise<void> {
    if (woken || stopping) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    wakeUp = undefined
  }

  function wake(): void {
    woken = true
    wakeUp?.()
  }

  function letIdlersGo(): void {
    const waiting = idlers
    idlers = []
    for (const resolve of waiting) resolve()
  }

  return {
    start() {
      looping = loop()
    },
    wake,
    idle() {
      return new Promise((resolve) => {
        idlers.push(resolve)
        wake()
      })
    },
    async stop() {
      stopping = true
      wake()
      await looping
    },
  }
}
