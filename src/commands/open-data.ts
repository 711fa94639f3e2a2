import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { coded } from '../errors.ts'
import { demoDataDir, readRunningHub } from '../running-hub.ts'
import { databaseFile, openStore } from '../store/open-store.ts'
import type { UserRow } from '../store/rows/identity.ts'
import type { Store } from '../store/store.ts'
import { findUsersByLogin } from '../store/users.ts'
import { type Values, WrongUse } from './arguments.ts'
import { configOf } from './config-of.ts'

export interface OpenData {
  store: Store
  config: Config
  /** Where the running hub listens, or would. */
  url: string
}

/** The settings, pointed at the demo's data when that is asked for or the demo is what runs. */
export function dataConfigOf(values: Values): Config {
  const config = configOf(values)
  const demoDir = demoDataDir(config.dataDir)
  const demo = values.demo ?? (readRunningHub(demoDir) !== null && readRunningHub(config.dataDir) === null)
  return demo ? { ...config, dataDir: demoDir, databaseUrl: null } : config
}

/** Opens the data of the running hub, or of the one that a start would run, for one piece of work. */
export async function withData(values: Values, work: (data: OpenData) => Promise<void>): Promise<void> {
  const config = dataConfigOf(values)
  if (!config.databaseUrl && !existsSync(join(config.dataDir, databaseFile))) {
    throw coded('not_found', `There is no data in ${config.dataDir} yet. Start the hub once: npm start`)
  }
  const store = await openStore({ dataDir: config.dataDir, databaseUrl: config.databaseUrl })
  const url =
    readRunningHub(config.dataDir)?.url ?? config.publicUrl ?? `http://${config.host}:${config.port}`
  try {
    await work({ store, config, url })
  } finally {
    await store.close()
  }
}

/** The user that `--login` names. */
export async function userOf({ store, config }: OpenData, login: string | undefined): Promise<UserRow> {
  if (!login) throw new WrongUse('--login is missing.')
  const users = await findUsersByLogin(store.read, login)
  const user = users.find(({ host }) => host === new URL(config.github.webUrl).host) ?? users[0]
  if (user) return user
  throw coded(
    'not_found',
    `Nobody called ${login} has signed in to this hub. \`cldcde user list\` shows who has.`,
  )
}
