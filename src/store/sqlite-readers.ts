import { Worker } from 'node:worker_threads'
import { coded } from '../errors.ts'
import type { StatementResult } from './store-dialect.ts'

interface Question {
  sql: string
  parameters: readonly unknown[]
  resolve(result: StatementResult): void
  reject(error: unknown): void
}

type Answer = { result: StatementResult } | { error: { message: string; code?: string; errcode?: number } }

interface ReadersOptions {
  path: string
  /** At most so many. */
  threads: number
  /** A thread costs some 10 MB: beyond the first, one that has had nothing to do for so long ends. */
  restMs?: number
}

export interface Readers {
  /** How many threads there are now. */
  threads(): number
  execute(sql: string, parameters: readonly unknown[]): Promise<StatementResult>
  close(): Promise<void>
}

/** A query waits so long behind others before one more thread starts for it: most take a millisecond. */
const patienceMs = 50

/**
 * Reading connections in worker threads, so that a long query holds a thread and never the event loop. The first
 * starts when it is needed, further ones while long queries keep others waiting; one that dies fails its query and is
 * replaced by the next.
 */
export function createReaders({ path, threads, restMs = 10_000 }: ReadersOptions): Readers {
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const asked = new Map<Worker, Question>()
  const waiting: Question[] = []
  let first: Worker | undefined
  let help: NodeJS.Timeout | undefined
  const starting = new Set<Worker>()
  const resting = new Map<Worker, NodeJS.Timeout>()
  let closed = false

  function dispatch(): void {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (all.size === 0 ? start() : undefined)
      if (!worker) {
        askForHelp()
        return
      }
      clearTimeout(resting.get(worker))
      const question = waiting.shift() as Question
      asked.set(worker, question)
      // Referenced only while it works: an idle reader does not keep the process alive.
      worker.ref()
      try {
        worker.postMessage({ sql: question.sql, parameters: question.parameters })
      } catch (error) {
        rest(worker)
        question.reject(error) // a parameter that cannot be cloned
      }
    }
  }

  function askForHelp(): void {
    if (all.size >= threads || starting.size > 0) return
    help ??= setTimeout(() => {
      help = undefined
      if (closed || waiting.length === 0 || all.size >= threads) return
      idle.push(start())
      dispatch()
    }, patienceMs)
  }

  function start(): Worker {
    const worker = new Worker(new URL('./sqlite-reader.ts', import.meta.url), {
      workerData: { path },
      // Rows live until they are sent: more room for what is young would only be held.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    })
    all.add(worker)
    first ??= worker
    starting.add(worker)
    let cause: unknown
    worker.on('message', (answer: Answer | 'ready') => {
      if (answer === 'ready') {
        starting.delete(worker)
        dispatch()
        return
      }
      const question = asked.get(worker)
      rest(worker)
      if (!question) return
      if ('result' in answer) question.resolve(answer.result)
      else question.reject(Object.assign(new Error(answer.error.message), answer.error))
      dispatch()
    })
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', () => {
      all.delete(worker)
      starting.delete(worker)
      if (first === worker) first = undefined
      clearTimeout(resting.get(worker))
      resting.delete(worker)
      const at = idle.indexOf(worker)
      if (at >= 0) idle.splice(at, 1)
      const question = asked.get(worker)
      asked.delete(worker)
      question?.reject(coded('unavailable', 'A reader of the database died; ask again.', { cause }))
      if (!closed) dispatch()
    })
    return worker
  }

  function rest(worker: Worker): void {
    asked.delete(worker)
    worker.unref()
    // The first is taken first, so that the others come to rest.
    if (worker === first) idle.push(worker)
    else idle.unshift(worker)
    if (worker !== first) resting.set(worker, setTimeout(() => retire(worker), restMs).unref())
  }

  function retire(worker: Worker): void {
    idle.splice(idle.indexOf(worker), 1)
    worker.postMessage('close')
  }

  return {
    threads: () => all.size,
    execute(sql, parameters) {
      if (closed) return Promise.reject(coded('unavailable', 'The store is closed.'))
      return new Promise((resolve, reject) => {
        waiting.push({ sql, parameters, resolve, reject })
        dispatch()
      })
    },
    async close() {
      closed = true
      clearTimeout(help)
      const refusal = coded('unavailable', 'The store is closed.')
      for (const question of waiting.splice(0)) question.reject(refusal)
      await Promise.all(
        [...all].map(
          (worker) =>
            new Promise<void>((resolve) => {
              worker.ref()
              worker.once('exit', () => resolve())
              worker.postMessage('close')
            }),
        ),
      )
    },
  }
}
