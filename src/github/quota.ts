import { setTimeout as sleep } from 'node:timers/promises'
import { coded } from '../errors.ts'
import { longestPause } from './failures.ts'

/** GitHub counts its two APIs apart. */
export type Api = 'core' | 'graphql'

/** What GitHub still gives one person, whoever asks in their name. */
export interface Quota {
  /**
   * Takes the points of one call before it is sent. Background work waits here for its share of GitHub's points a
   * minute. Throws `github_rate_limited` with the time to wait: where GitHub asked for a pause or has nothing left to
   * give, and for background work that would use what is kept for people.
   */
  take(call: {
    api: Api
    points: number
    isBackground: boolean
    /** Background work that others wait for: it takes more of GitHub's points a minute than all else of its kind. */
    isUrgent?: boolean
    signal?: AbortSignal | undefined
  }): Promise<void>
  /** Resolves when the next write may be sent: a second after the one before it was. */
  spaceWrites(): Promise<void>
  /** Learns from an answer how much is left; `isFree`: nothing was counted for it. */
  note(api: Api, left: Left, answer: { isFree: boolean }): void
  /** No call before so many milliseconds have passed, to one API or to both. */
  block(ms: number, api?: Api): void
  /** GitHub answered one that was asked: whatever it had enough of, it has no more. */
  calm(): void
  /** How long to wait where GitHub asks for it without saying how long: longer each time in a row that it does. */
  readonly patienceMs: number
  /** How long no call may be sent; 0: not at all. */
  readonly blockedMs: number
}

/** What the headers of an answer tell of the primary limit. */
export interface Left {
  limit: number
  remaining: number
  /** Milliseconds since the epoch. */
  resetAt: number
}

interface QuotaOptions {
  clock: () => number
  /** Points a minute that are sent at most: GitHub's documented secondary limits, without. */
  mostAMinute?: Readonly<Record<Api, number>> | undefined
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
const documented: Readonly<Record<Api, number>> = { core: 900, graphql: 2000 }
/** The part of the points a minute that background work takes, so that people never wait for it. */
const share = 0.8
const urgentShare = 0.9
/** The part of an hour's quota that is kept for people. */
const reserve = 0.1
const minuteMs = 60_000
/** https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests */
const betweenWritesMs = 1000
/** At least a minute, as GitHub asks for, and never so long that a hub is behind when GitHub answers again. */
const mostPatienceMs = 4 * minuteMs
/** The minute that slides is counted in slots. */
const slotMs = 5_000

/** Makes the memory of what one person's calls have used. */
export function createQuota({ clock, mostAMinute = documented }: QuotaOptions): Quota {
  const blockedUntil: Record<Api, number> = { core: 0, graphql: 0 }
  let patienceMs = minuteMs
  let writesFrom = 0
  const left = new Map<Api, Left>()
  const sent: Record<Api, { slot: number; points: number }[]> = { core: [], graphql: [] }

  /** Milliseconds until so many points fit into the last minute. */
  function untilRoom(api: Api, points: number, most: number): number {
    const now = clock()
    const slots = sent[api]
    while (slots[0] && slots[0].slot * slotMs + slotMs <= now - minuteMs) slots.shift()
    let used = slots.reduce((sum, slot) => sum + slot.points, 0)
    for (const slot of slots) {
      if (used + points <= most) break
      used -= slot.points
      if (used + points <= most) return slot.slot * slotMs + slotMs + minuteMs - now
    }
    return 0
  }

  function count(api: Api, points: number): void {
    const slot = Math.floor(clock() / slotMs)
    const last = sent[api].at(-1)
    if (last?.slot === slot) last.points += points
    else sent[api].push({ slot, points })
    const known = left.get(api)
    if (known) known.remaining -= points
  }

  /** Throws where the reserve would be touched before the window ends. */
  function keepReserve(api: Api, points: number): void {
    const known = left.get(api)
    if (!known || clock() >= known.resetAt || known.remaining - points >= known.limit * reserve) return
    throw coded(
      'github_rate_limited',
      `The last ${reserve * 100} % of GitHub’s quota are kept for what people do: this goes on when GitHub gives more.`,
      // One second more, since the time of reset is cut to whole seconds.
      { retryAfterMs: known.resetAt - clock() + 1000 },
    )
  }

  /** Throws where nothing is left before the window ends: GitHub would refuse, and count that against the hub. */
  function refuseWhenEmpty(api: Api, points: number): void {
    const known = left.get(api)
    if (!known || clock() >= known.resetAt || known.remaining >= points) return
    throw coded('github_rate_limited', 'GitHub’s quota is used up until it gives more.', {
      retryAfterMs: known.resetAt - clock() + 1000,
    })
  }

  const blockedMs = (api: Api) => Math.max(0, blockedUntil[api] - clock())

  function refuseWhileBlocked(api: Api): void {
    const ms = blockedMs(api)
    if (ms === 0) return
    throw coded('github_rate_limited', `GitHub asks to wait ${Math.ceil(ms / 1000)} seconds`, {
      retryAfterMs: ms,
    })
  }

  return {
    get blockedMs() {
      return Math.min(blockedMs('core'), blockedMs('graphql'))
    },
    get patienceMs() {
      return patienceMs
    },
    async take({ api, points, isBackground, isUrgent = false, signal }) {
      const most = mostAMinute[api] * (isBackground ? (isUrgent ? urgentShare : share) : 1)
      for (;;) {
        refuseWhileBlocked(api)
        if (isBackground) keepReserve(api, points)
        refuseWhenEmpty(api, points)
        const ms = untilRoom(api, points, most)
        if (ms === 0) break
        if (!isBackground) {
          throw coded('github_rate_limited', 'GitHub allows no more calls this minute.', { retryAfterMs: ms })
        }
        await sleep(ms, undefined, signal && { signal })
      }
      count(api, points)
    },
    async spaceWrites() {
      const at = Math.max(performance.now(), writesFrom)
      writesFrom = at + betweenWritesMs
      for (let ms = at - performance.now(); ms > 0; ms = at - performance.now())
        await new Promise((resolve) => setTimeout(resolve, Math.ceil(ms)))
    },
    note(api, said, { isFree }) {
      const told = { ...said, resetAt: Math.min(said.resetAt, clock() + longestPause) }
      const known = left.get(api)
      if (isFree && known) known.remaining++
      // Answers come in any order: within a window only less can be left.
      const isSame = known && Math.abs(known.resetAt - told.resetAt) < minuteMs
      left.set(api, isSame ? { ...told, remaining: Math.min(told.remaining, known.remaining) } : { ...told })
    },
    block(ms, api) {
      for (const one of api ? [api] : (['core', 'graphql'] as const))
        blockedUntil[one] = Math.max(blockedUntil[one], clock() + ms)
      patienceMs = Math.min(patienceMs * 2, mostPatienceMs)
    },
    calm() {
      patienceMs = minuteMs
    },
  }
}
