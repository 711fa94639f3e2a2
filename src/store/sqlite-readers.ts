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

export interface Readers {
  execute(sql: string, parameters: readonly unknown[]): Promise<StatementResult>
  close(): Promise<void>
}

/**
 * Reading connections in worker threads, so that a long query holds a thread and never the event loop. Threads
 * start when they are first needed; one that dies fails its query and is replaced by the next.
 */
export function createReaders({ path, threads }: { path: string; threads: number }): Readers {
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const asked = new Map<Worker, Question>()
  const waiting: Question[] = []
  let closed = false

  function dispatch(): void {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (all.size < threads ? start() : undefined)
      if (!worker) return
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

  function start(): Worker {
    const worker = new Worker(new URL('./sqlite-reader.ts', import.meta.url), { workerData: { path } })
    all.add(worker)
    let cause: unknown
    worker.on('message', (answer: Answer) => {
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
    idle.push(worker)
  }

  return {
    execute(sql, parameters) {
      if (closed) return Promise.reject(coded('unavailable', 'The store is closed.'))
      return new Promise((resolve, reject) => {
        waiting.push({ sql, parameters, resolve, reject })
        dispatch()
      })
    },
    async close() {
      closed = true
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
