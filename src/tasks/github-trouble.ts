import type { MirrorTask } from '../domain/mirror/sync-tasks.ts'
import { type CodedError, isCoded } from '../errors.ts'
import { givesUp, type TaskContext } from '../queue/queue.ts'
import type { GithubToken } from '../store/github-tokens.ts'
import type { Db } from '../store/store.ts'
import type { MirrorTaskDeps } from './deps.ts'

interface Trouble {
  error: unknown
  /** Whose token it happened with. */
  holder: GithubToken
  /** To be done again, later or with another token. */
  again: MirrorTask
  context: TaskContext
  /** Notes the trouble where people see it; `final`: nothing is tried again by itself. */
  note(tx: Db, error: CodedError, final: boolean): Promise<void>
}

/** Tries in a row, a minute or two in all, before GitHub is left alone for a while. */
const mostTries = 7
/** For so long; then it is tried again, so that a hub is current soon after GitHub is. */
const restMs = 3 * 60_000

/**
 * Deals with what concerns a whole sync and is nobody's mistake here. A rate limit puts the task off until GitHub
 * may be asked again, without using up one of its tries. A refused token is set aside, and the task begins again
 * with the next person's. Where GitHub is away, or answers what nobody can read, it is tried again without end.
 * Anything else is noted and thrown on, for the queue to repeat or give up.
 */
export async function settleTrouble(
  { error, holder, again, context, note }: Trouble,
  { store, enqueue, tokens, clock }: Pick<MirrorTaskDeps, 'store' | 'enqueue' | 'tokens' | 'clock'>,
): Promise<void> {
  if (!isCoded(error) || context.signal.aborted) throw error
  if (isOutage(error) && context.attempt >= mostTries) {
    return await store.write(async (tx) => {
      await note(tx, error, error.code === 'github_malformed')
      await enqueue(tx, { ...again, runAt: clock() + restMs })
    })
  }
  if (error.code !== 'github_rate_limited' && error.code !== 'github_unauthorized') {
    await store.write((tx) => note(tx, error, givesUp(error, context)))
    throw error
  }
  if (error.code === 'github_unauthorized') await tokens.reject(holder.userId)
  await store.write(async (tx) => {
    await note(tx, error, false)
    await enqueue(tx, { ...again, runAt: clock() + (error.retryAfterMs ?? 0) })
  })
}

const isOutage = ({ code }: CodedError) => code === 'github_unavailable' || code === 'github_malformed'
