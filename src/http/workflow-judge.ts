import { Worker } from 'node:worker_threads'
import { type ParsedWorkflow, parseWorkflow } from '../domain/workflow/parse-workflow.ts'
import { coded } from '../errors.ts'

/** What people write is judged at once: so much takes some ten milliseconds at worst. */
const smallSource = 12_288
/** Far more than the worst source takes on a busy machine. */
const usualDeadlineMs = 5_000
/** A thread without work is let go after so long: it keeps some 15 MB. */
const restMs = 15_000
/** Places in the line, and those that one person may take of them. */
const maxWaiting = 16
const maxWaitingEach = 4

interface Waiting {
  source: string
  resolve: (parsed: ParsedWorkflow) => void
  reject: (reason: unknown) => void
}

export interface WorkflowJudge {
  /**
   * Parses a source that somebody sends. Throws `rate_limited` when many of theirs wait, `unavailable` when many of
   * others do.
   */
  judge(source: string, by: string): Promise<ParsedWorkflow>
  close(): Promise<void>
}

/**
 * Judges sources of workflows without holding the event loop: large ones in a thread, one after the other, each
 * until a deadline. Past it the thread is ended and the answer is a problem like any other. People take turns: whoever
 * sends many waits for their own.
 */
export function createWorkflowJudge({ deadlineMs = usualDeadlineMs } = {}): WorkflowJudge {
  /** By person, whose turn is next first. */
  const waiting = new Map<string, Waiting[]>()
  let thread: Worker | undefined
  let current: Waiting | undefined
  let timer: NodeJS.Timeout | undefined

  function next(): void {
    if (current) return
    current = takeNext()
    if (!current) {
      timer = setTimeout(end, restMs)
      timer.unref()
      return
    }
    clearTimeout(timer)
    thread ??= start()
    timer = setTimeout(() => giveUp('checking it takes too long'), deadlineMs)
    thread.postMessage(current.source)
  }

  function takeNext(): Waiting | undefined {
    for (const [by, [first, ...rest]] of waiting) {
      waiting.delete(by)
      if (rest.length > 0) waiting.set(by, rest)
      return first
    }
    return undefined
  }

  function settle(how: (asked: Waiting) => void): void {
    clearTimeout(timer)
    const asked = current
    current = undefined
    if (asked) how(asked)
    next()
  }

  function giveUp(why: string): void {
    end()
    const message = `this workflow is too large or too intricate: ${why}`
    const problems = [{ line: 1, column: 1, message, severity: 'error' as const }]
    settle(({ resolve }) => resolve({ definition: null, problems }))
  }

  function start(): Worker {
    const started = new Worker(new URL('./judge-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 192 },
    })
    started.unref()
    started.on('message', (parsed: ParsedWorkflow) => {
      if (started === thread) settle(({ resolve }) => resolve(parsed))
    })
    started.on('error', (error: Error & { code?: string }) => {
      if (started !== thread) return
      thread = undefined
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') giveUp('checking it takes too much memory')
      else settle(({ reject }) => reject(error))
    })
    return started
  }

  function end(): void {
    void thread?.terminate()
    thread = undefined
  }

  return {
    async judge(source, by) {
      if (source.length <= smallSource) return parseWorkflow(source)
      const own = waiting.get(by) ?? []
      const retry = { retryAfterMs: 1_000 }
      if (own.length >= maxWaitingEach)
        throw coded('rate_limited', 'Your last large workflows are still being checked.', retry)
      if ([...waiting.values()].flat().length >= maxWaiting)
        throw coded('unavailable', 'Many large workflows are being checked. Try again in a moment.', retry)
      return await new Promise<ParsedWorkflow>((resolve, reject) => {
        waiting.set(by, [...own, { source, resolve, reject }])
        next()
      })
    },
    async close() {
      const refusal = coded('unavailable', 'The hub is stopping.')
      for (const { reject } of [...waiting.values()].flat()) reject(refusal)
      waiting.clear()
      clearTimeout(timer)
      await thread?.terminate()
      thread = undefined
      current?.reject(refusal)
      current = undefined
    },
  }
}
