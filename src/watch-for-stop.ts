import type { Logger } from 'pino'
import { endProcess } from './end-process.ts'
import { messageOf } from './errors.ts'
import { withSourceLines } from './source-lines.ts'

/** How long a hub may take to stop: Docker and others kill what has not ended after ten seconds. */
const stopMs = 9_000

/**
 * Ends the process in order when a signal asks for it, or when nobody caught an error; `close` ends what runs. Whatever
 * hangs meanwhile, the process is gone after the deadline, with exit code 1. Returns how to stop it from within.
 */
export function watchForStop({ log, close }: { log: Logger; close: () => Promise<void> }) {
  let stopping = false

  async function stop(reason: string, code: number): Promise<void> {
    if (stopping) return
    stopping = true
    log.info({ reason }, 'stopping')
    // Holds the event loop: an end that waits for nothing any more must not pass for one that is done.
    setTimeout(() => {
      log.error(`not stopped after ${stopMs / 1000} seconds: ended as it is, which loses nothing`)
      void endProcess(1, log)
    }, stopMs)
    try {
      await close()
    } catch (error) {
      log.error({ err: error }, `stopping failed: ${messageOf(error)}`)
      return await endProcess(1, log)
    }
    await endProcess(code, log)
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal, 0))
  // An error that nobody caught leaves the process in a state that nobody knows: what is acknowledged is on disk.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: withSourceLines(error) }, messageOf(error))
      void stop(event, 1)
    })
  }
  return stop
}
