import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../src/errors.ts'
import { createActs, type Deed } from './activity-acts.ts'
import type { DemoLog, DemoPerson } from './local-github.ts'
import { pick, type Random } from './random.ts'

export interface ActivityOptions {
  apiUrl: string
  people: DemoPerson[]
  random?: Random
  /** Milliseconds between two acts: at least, at most. */
  every?: [least: number, most: number]
  log: DemoLog
  onDeed?: (deed: Deed) => void
}

export interface Activity {
  /** Resolves when the act under way, if any, is over. */
  stop(): Promise<void>
}

/** How often each act is tried, as names in an urn. */
const urn = [
  ...Array<string>(5).fill('comment'),
  ...Array<string>(3).fill('open an issue'),
  ...Array<string>(3).fill('label'),
  ...Array<string>(3).fill('close an issue'),
  ...Array<string>(3).fill('push a commit'),
  ...Array<string>(2).fill('open a pull request'),
  ...Array<string>(3).fill('review'),
  ...Array<string>(2).fill('merge'),
  'close a pull request',
]

/**
 * Lets the people of the local GitHub work: every few seconds one of them opens, comments, labels, reviews, pushes,
 * merges or closes something, over HTTP as anybody would. The first act comes at once. An act that GitHub refuses is
 * logged and the next one comes as usual.
 */
export function startActivity(options: ActivityOptions): Activity {
  const { apiUrl, people, log, random = Math.random, every = [2000, 4000], onDeed } = options
  const acts = createActs(apiUrl, people, random)
  const stopping = new AbortController()

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      const name = pick(random, urn)
      try {
        const deed = await acts[name]!()
        // null: there was nothing of that kind to do
        if (deed) onDeed?.(deed)
      } catch (error) {
        if (!stopping.signal.aborted)
          log.warn({ act: name, error: messageOf(error) }, 'an act of the demo failed')
      }
      await wait(every[0] + random() * (every[1] - every[0]), undefined, { signal: stopping.signal }).catch(
        () => {},
      )
    }
  }

  const working = work()
  return {
    async stop() {
      stopping.abort()
      await working
    },
  }
}
