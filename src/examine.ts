import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from './config.ts'
import { coded, messageOf } from './errors.ts'
import { findPort } from './listen-address.ts'
import { readRunningHub } from './running-hub.ts'
import { checkRuntime, warnOfRuntime } from './runtime.ts'
import { explainDatabaseFailure } from './store/explain-failure.ts'
import { type DatabaseState, lookAtDatabase } from './store/look-at-database.ts'
import { findMasterKey } from './store/master-key.ts'
import { checkSealingKeys } from './store/sealing.ts'

/** One thing that a start depends on. */
export interface Examination {
  what: string
  /** Says how it stands. Throws `config_invalid` or another coded error with a sentence when no start can be. */
  look(): string | Promise<string>
}

/**
 * What must be so before a hub starts, each looked at without changing anything. A start goes through all of them
 * before it opens the first thing; `doctor` reports them. `thorough` reads the whole database.
 */
export function examinations(config: Config, { thorough = false } = {}): Examination[] {
  let state: DatabaseState | null = null
  const { host, port, metrics, dataDir, databaseUrl } = config
  const running = () => readRunningHub(dataDir)

  return [
    {
      what: 'runtime',
      look() {
        checkRuntime()
        const warning = warnOfRuntime()
        return `Node ${process.versions.node}, SQLite ${process.versions.sqlite}${warning ? `. ${warning}` : ''}`
      },
    },
    {
      what: 'settings',
      look: () =>
        `GitHub at ${config.github.webUrl}; others reach the hub at ${config.publicUrl ?? 'no address: set CLDCDE_PUBLIC_URL for webhooks'}`,
    },
    { what: 'data folder', look: () => judgeDataFolder(dataDir) },
    {
      what: 'hub',
      look() {
        const hub = running()
        return hub ? `runs at ${hub.url} (process ${hub.pid})` : 'does not run'
      },
    },
    {
      what: 'ports',
      async look() {
        const listens = thorough && running() !== null
        if (listens) return 'taken by the hub that runs'
        await findPort({ host, port, setting: 'PORT' })
        if (metrics.port !== null)
          await findPort({ host: '127.0.0.1', port: metrics.port, setting: 'METRICS_PORT' })
        return `${host}:${port} is free${metrics.port === null ? '' : `, and ${metrics.port} for METRICS_PORT`}`
      },
    },
    {
      what: 'database',
      async look() {
        state = await lookAtDatabase({ dataDir, databaseUrl }, { thorough })
        if (!state) return `none in ${dataDir} yet; the first start makes it`
        const { dialect, pending } = state
        return `${dialect}, ${pending === 0 ? 'up to date' : `the next start runs ${pending} ${pending === 1 ? 'migration' : 'migrations'}`}`
      },
    },
    {
      what: 'master key',
      look() {
        const needed = state?.sealingKeys ?? []
        const key = findMasterKey(
          { value: config.masterKey, file: config.masterKeyFile, dataDir },
          { sealed: needed.length > 0 },
        )
        if (!key) return 'none yet; the first start makes it'
        checkSealingKeys(needed, [key.id])
        return needed.length === 0 ? 'there; nothing is sealed yet' : 'fits what is sealed'
      },
    },
  ]
}

/** Whether this process could make and write files there. Makes none. */
function judgeDataFolder(dataDir: string): string {
  try {
    const found = statSync(dataDir, { throwIfNoEntry: false })
    if (found && !found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
    const nearest = found ? dataDir : nearestAbove(dataDir)
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK)
    return found ? dataDir : `${dataDir}, which the first start makes`
  } catch (error) {
    throw (
      explainDatabaseFailure(error, { dataDir }) ??
      coded('config_invalid', `CLDCDE_DATA_DIR is ${dataDir}, which cannot be used (${messageOf(error)}).`)
    )
  }
}

function nearestAbove(path: string): string {
  const above = dirname(path)
  return statSync(above, { throwIfNoEntry: false }) || above === path ? above : nearestAbove(above)
}
