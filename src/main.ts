import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import pino, { type Logger } from 'pino'
import type { Config } from './config.ts'
import { endProcess } from './end-process.ts'
import { messageOf } from './errors.ts'
import { examinations } from './examine.ts'
import { type Hub, openHub } from './hub.ts'
import { alreadyRuns, demoDataDir, readRunningHub, takeDataFolder } from './running-hub.ts'
import { explainDatabaseFailure } from './store/explain-failure.ts'
import { watchForStop } from './watch-for-stop.ts'

/**
 * Runs the hub until a signal ends it. With `demo`, GitHub is the local one with sample data, and everything is kept
 * in a folder of its own.
 */
export async function runHub(input: { config: Config; demo: boolean }): Promise<void> {
  const log = createLog(input.config)
  // There from the first moment. While a hub starts there is nobody to say goodbye to, and a start may be cut anywhere.
  let hub: Hub | null = null
  const stop = watchForStop({ log, close: async () => hub?.close() })
  hub = await start({ ...input, log, restartAsDemo })
  // Written down now: V8 takes compiled code back under the flags that it was compiled with only, and a killed hub
  // would write nothing.
  flushCompileCache()
  // Storms of webhooks want a large young generation and optimised code; bin/cldcde.js did without for the start.
  setFlagsFromString('--semi-space-growth-factor=2')
  setFlagsFromString('--opt')

  /** The set-up page's third door: the same address, another GitHub, other data. */
  async function restartAsDemo(): Promise<void> {
    const before = hub
    if (!before) return
    const config = { ...input.config, port: before.port }
    const reopen = async () => {
      await before.close()
      hub = null
      hub = await start({ config, demo: true, log, restartAsDemo })
    }
    // After the answer to whoever asked is on its way: closing waits for it.
    setImmediate(() => {
      reopen().catch((error: unknown) => {
        log.fatal({ err: error }, `the demo did not start: ${messageOf(error)}`)
        void stop('demo failed', 1)
      })
    })
  }
}

interface Start {
  config: Config
  demo: boolean
  log: Logger
  restartAsDemo: () => Promise<void>
}

async function start({ config, demo, log, restartAsDemo }: Start): Promise<Hub> {
  const dataDir = demo ? demoDataDir(config.dataDir) : config.dataDir
  const settings = demo ? { ...config, dataDir, databaseUrl: null } : config
  // Two hubs on one folder would do everything twice: said before anything that follows from the other.
  const other = readRunningHub(dataDir)
  if (other) throw alreadyRuns(dataDir, other)
  for (const { look } of examinations(settings)) await look()
  const folder = takeDataFolder(dataDir)
  try {
    const hub = await openHub({
      config: settings,
      demo,
      log,
      clock: Date.now,
      announce: folder.announce,
      node: folder.node,
      say: (line) => console.log(line),
      restartAsDemo,
      onFatal(error) {
        log.fatal({ err: error }, `the database takes no more writes: ${messageOf(error)}`)
        void endProcess(1, log)
      },
    })
    let closing: Promise<void> | undefined
    return {
      ...hub,
      close() {
        closing ??= hub.close().finally(folder.release)
        return closing
      },
    }
  } catch (error) {
    folder.release()
    throw explainDatabaseFailure(error, settings) ?? error
  }
}

/**
 * JSON lines on standard error; standard output is for people. In a terminal only warnings are shown unless
 * LOG_LEVEL asks for more.
 */
function createLog(config: Config): Logger {
  return pino(
    {
      level: config.logLevel ?? (process.stderr.isTTY ? 'warn' : 'info'),
      base: null,
      redact: ['req.headers.authorization', 'req.headers.cookie', '*.token', '*.secret', '*.authorization'],
    },
    // What nobody reads is dropped once so much of it waits. Flushing, at the end, waits for nothing without a length.
    pino.destination({ dest: 2, sync: false, minLength: 1, maxLength: 4 * 2 ** 20 }),
  )
}
