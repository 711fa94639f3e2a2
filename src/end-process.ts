import { existsSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'

/** How long the last lines of the log may take to be written. */
const lastWordsMs = 500
const shell = '/bin/sh'

/**
 * Ends this process for certain, with an exit code. `process.exit` may never return: it waits for writes to a pipe that
 * nobody reads (`npm start 2>&1 | less`), and for V8's threads, which may be waiting for it
 * (https://github.com/nodejs/node/issues/54918). When the process becomes another program, the system ends every thread
 * at once; that program only returns the code.
 */
export async function endProcess(code: number, log: Logger): Promise<never> {
  flushCompileCache()
  const written = new Promise((resolve) => log.flush(resolve))
  await Promise.race([written, wait(lastWordsMs)])
  try {
    if (existsSync(shell)) process.execve?.(shell, ['sh', '-c', `exit ${code}`], {})
  } catch {
    // Windows has no execve.
  }
  process.exit(code)
}
