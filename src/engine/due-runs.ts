import { hasGroups } from '../domain/workflow/concurrency.ts'
import type { GithubAddresses } from '../domain/workflow/github-context.ts'
import { messageOf } from '../errors.ts'
import { readGroupNews } from '../store/concurrency.ts'
import type { RunRow } from '../store/rows/run.ts'
import { listDueRuns, nextDueRun, postponeRun } from '../store/run-owners.ts'
import type { Store } from '../store/store.ts'
import type { LiveRun } from './live-run.ts'
import { type LoadedRun, loadRun } from './load-run.ts'
import type { ReadValues } from './read-values.ts'
import type { Log } from './turns.ts'

interface DueRunsOptions {
  store: Store
  clock: () => number
  log: Log
  /** Runs that are held in memory, by their id. */
  live: ReadonlyMap<string, LiveRun>
  /** At most so many. */
  maxLiveRuns: number
  addresses: GithubAddresses | undefined
  readValues: ReadValues
  /** Holds one more. */
  adopt(run: LoadedRun): LiveRun
  /** After a failure the next look comes so much later. */
  retryMs: number
}

/** A run that cannot be read is looked at again after so long. */
const brokenPauseMs = 10 * 60_000
/** Two looks are at least so far apart. */
const breathMs = 20

export type DueRuns = ReturnType<typeof createDueRuns>

/**
 * Takes up runs that wait in the database for somebody to go on with them: new ones, sleepers whose time has come, what
 * others left. It takes as many as there is room for and knows when the next one is due.
 */
export function createDueRuns(options: DueRunsOptions) {
  const { store, clock, log, live, maxLiveRuns, adopt, retryMs } = options
  /** Runs are due that there is no room for. */
  let crowded = false
  let closing = false
  let nextLook = Number.POSITIVE_INFINITY
  let waker: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()

  /** Looks for due runs at a time, or before. */
  function lookAt(time: number): void {
    if (closing || time >= nextLook) return
    nextLook = time
    clearTimeout(waker)
    // Longer waits overflow the timer, which then fires at once.
    const ms = Math.min(Math.max(0, time - clock()), 2 ** 31 - 1)
    waker = setTimeout(() => {
      nextLook = Number.POSITIVE_INFINITY
      lookNow().catch((error) => {
        log.warn({ err: messageOf(error) }, 'due runs could not be taken up')
        lookAt(clock() + retryMs)
      })
    }, ms).unref()
  }

  /** One look after the other. */
  function lookNow(): Promise<void> {
    looking = looking.catch(() => {}).then(look)
    return looking
  }

  async function look(): Promise<void> {
    while (!closing) {
      const room = maxLiveRuns - live.size
      crowded = room <= 0
      if (crowded) return
      // Those that are taken up already and not yet claimed are among them.
      const limit = Math.min(room, 100) + [...live.values()].filter(({ owned }) => !owned).length
      const due = await listDueRuns(store.read, { now: clock(), limit })
      const fresh = due.filter(({ id }) => !live.has(id))
      for (const row of fresh) await takeUp(row)
      if (due.length < limit) break
    }
    const next = await nextDueRun(store.read)
    if (next !== null) lookAt(Math.max(next, clock() + breathMs))
  }

  async function takeUp(row: RunRow): Promise<void> {
    try {
      const run = await loadRun(store.read, row, options.addresses)
      run.values = await options.readValues(store.read, run)
      const news = hasGroups(run.definition) ? await readGroupNews(store.read, row.id) : []
      if (closing || live.has(row.id)) return
      const taken = adopt(run)
      // First the wish to stop: what it stops is not begun again.
      if (row.cancel_asked_at !== null) void taken.cancel(row.cancel_asked_by).catch(() => {})
      if (news.length > 0) taken.hear(news)
      taken.resume()
    } catch (error) {
      log.error({ run: row.id, err: error }, 'a run cannot be taken up')
      // Later perhaps; it must not keep the others.
      await store.write((tx) => postponeRun(tx, { id: row.id, wakeAt: clock() + brokenPauseMs }))
    }
  }

  return {
    lookAt,
    lookNow,
    /** Takes up one run that nobody owns, whenever it is due. */
    takeUp,
    /** Whether there is room for one more besides so many that may come; if not, it waits in the database. */
    hasRoom(coming: number): boolean {
      if (live.size + coming < maxLiveRuns) return true
      crowded = true
      return false
    },
    /** A run has left memory: there is room again, or it is due later. */
    left({ parkedUntil }: LiveRun): void {
      if (parkedUntil !== null) lookAt(parkedUntil)
      else if (crowded) lookAt(clock())
    },
    isCrowded: () => crowded,
    async close(): Promise<void> {
      closing = true
      crowded = false
      clearTimeout(waker)
      await looking.catch(() => {})
    },
  }
}
