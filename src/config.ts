import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { coded, messageOf } from './errors.ts'
import {
  databaseUrlOf,
  daysOf,
  hostOf,
  hostWithPortOf,
  invalid,
  listOf,
  portOf,
  secretOf,
  tokenOf,
  webUrlOf,
  wordOf,
} from './setting-values.ts'

/** Everything that the outside decides. Validated before anything starts; rooms receive values, never this. */
export interface Config {
  port: number
  host: string
  dataDir: string
  /** Without a trailing slash. null: `http://HOST:PORT` of the listener, loopback only. */
  publicUrl: string | null
  masterKey: string | null
  masterKeyFile: string | null
  databaseUrl: string | null
  github: {
    webUrl: string
    apiUrl: string
    clientId: string | null
    clientSecret: string | null
    /** Current first, then the previous one while it is being rotated. */
    webhookSecrets: string[]
    /** Single-user mode. */
    token: string | null
  }
  metrics: { port: number | null; token: string | null }
  /** Hosts (`name` or `name:port`) that `http/request` steps may reach although they are internal. */
  stepAllowHosts: string[]
  /** Steps with `run`: whose workflows may have them, as which user, and where their workspaces are. */
  commands: { policy: CommandPolicy; user: string | null; folder: string | null; env: NodeJS.Dict<string> }
  /** For how many days what is kept; 0: for ever. */
  retention: Record<keyof typeof keptDays, number>
  /** null: information, or warnings only in a terminal. */
  logLevel: string | null
}

const names = [
  'PORT',
  'HOST',
  'CLDCDE_DATA_DIR',
  'CLDCDE_PUBLIC_URL',
  'CLDCDE_MASTER_KEY',
  'CLDCDE_MASTER_KEY_FILE',
  'CLDCDE_STEP_ALLOW_HOSTS',
  'CLDCDE_SHELL_STEPS',
  'CLDCDE_STEP_USER',
  'CLDCDE_RUNNER_DIR',
  'CLDCDE_KEEP_DELIVERY_BODIES',
  'CLDCDE_KEEP_DELIVERIES',
  'CLDCDE_KEEP_CHANGES',
  'CLDCDE_KEEP_RUNS',
  'CLDCDE_KEEP_JOB_LOGS',
  'CLDCDE_KEEP_TASKS',
  'CLDCDE_KEEP_AUDIT',
  'CLDCDE_KEEP_SESSIONS',
  'DATABASE_URL',
  'GITHUB_URL',
  'GITHUB_API_URL',
  'GITHUB_CLIENT_ID',
  'GITHUB_CLIENT_SECRET',
  'GITHUB_WEBHOOK_SECRET',
  'GITHUB_TOKEN',
  'METRICS_PORT',
  'METRICS_TOKEN',
  'LOG_LEVEL',
] as const
type Name = (typeof names)[number]

const secrets: readonly Name[] = [
  'DATABASE_URL',
  'GITHUB_CLIENT_SECRET',
  'GITHUB_WEBHOOK_SECRET',
  'GITHUB_TOKEN',
  'METRICS_TOKEN',
]
/** Ninety days as GitHub keeps the logs of Actions; bodies are large, and GitHub redelivers for three days. */
const keptDays = {
  delivery_bodies: 14,
  deliveries: 90,
  changes: 90,
  runs: 90,
  job_logs: 30,
  tasks: 30,
  audit: 365,
  sessions: 30,
}
/** Whose workflows may run commands: as in `domain/may-run-commands.ts`. */
const commandPolicies = ['owner', 'members', 'off'] as const
type CommandPolicy = (typeof commandPolicies)[number]
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

export interface ConfigSources {
  env?: NodeJS.Dict<string>
  /** Where `.env` is, and what relative paths are relative to. */
  folder?: string
  /** What the command line says: it wins. */
  over?: Partial<Record<Name, string>>
}

/**
 * Reads the settings from the environment, and from a `.env` file in the working folder for what the environment
 * leaves out. Every secret may come from a file instead: `GITHUB_TOKEN_FILE` and the like.
 * Throws `config_invalid` naming the setting and what it should be.
 */
export function readConfig({
  env = process.env,
  folder = process.cwd(),
  over = {},
}: ConfigSources = {}): Config {
  const values: Record<string, string | undefined> = {
    ...readEnvFile(resolve(folder, '.env')),
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')),
    ...over,
  }
  const textOf = (name: Name): string | null => {
    const direct = values[name]?.trim()
    const path = secrets.includes(name) ? values[`${name}_FILE`]?.trim() : undefined
    if (direct && path) throw invalid(name, `is set twice: as ${name} and as ${name}_FILE. Keep one.`)
    return path ? readSecretFile(`${name}_FILE`, resolve(folder, path)) : direct || null
  }
  /** What a setting means, or null where it is not set. */
  const get = <T>(name: Name, parse: (name: string, text: string) => T): T | null => {
    const text = textOf(name)
    return text === null ? null : parse(name, text)
  }
  const asWritten = (_name: string, text: string) => text
  const absolute = (name: Name) => {
    const written = get(name, asWritten)
    return written && resolve(folder, written)
  }

  const port = get('PORT', portOf) ?? 3000
  const metricsPort = get('METRICS_PORT', (name, text) => portOf(name, text, { least: 1 }))
  if (metricsPort === port) throw invalid('METRICS_PORT', `is ${port} as PORT is. Give it a port of its own.`)
  const masterKey = get('CLDCDE_MASTER_KEY', asWritten)
  const masterKeyFile = get('CLDCDE_MASTER_KEY_FILE', asWritten)
  if (masterKey && masterKeyFile) {
    throw invalid(
      'CLDCDE_MASTER_KEY',
      'is set twice: as CLDCDE_MASTER_KEY and as CLDCDE_MASTER_KEY_FILE. Keep one.',
    )
  }
  const webUrl = get('GITHUB_URL', webUrlOf) ?? 'https://github.com'
  const clientId = get('GITHUB_CLIENT_ID', tokenOf)
  const clientSecret = get('GITHUB_CLIENT_SECRET', tokenOf)
  if ((clientId === null) !== (clientSecret === null)) {
    throw invalid('GITHUB_CLIENT_ID', 'and GITHUB_CLIENT_SECRET belong together; one of them is missing.')
  }
  const listed = (parse: (name: string, text: string) => string) => (name: string, text: string) =>
    listOf(name, text).map((entry) => parse(name, entry))
  const webhookSecrets = get('GITHUB_WEBHOOK_SECRET', listed(secretOf)) ?? []
  if (webhookSecrets.length > 2) {
    throw invalid(
      'GITHUB_WEBHOOK_SECRET',
      'holds the current secret and, after a comma, the previous one: no more.',
    )
  }

  return {
    port,
    host: get('HOST', hostOf) ?? '127.0.0.1',
    dataDir: resolve(folder, get('CLDCDE_DATA_DIR', asWritten) ?? 'data'),
    publicUrl: get('CLDCDE_PUBLIC_URL', webUrlOf),
    masterKey,
    masterKeyFile: absolute('CLDCDE_MASTER_KEY_FILE'),
    databaseUrl: get('DATABASE_URL', databaseUrlOf),
    github: {
      webUrl,
      apiUrl: get('GITHUB_API_URL', webUrlOf) ?? defaultApiUrl(webUrl),
      clientId,
      clientSecret,
      webhookSecrets,
      token: get('GITHUB_TOKEN', tokenOf),
    },
    metrics: {
      port: metricsPort,
      token: get('METRICS_TOKEN', (name, text) => tokenOf(name, secretOf(name, text))),
    },
    stepAllowHosts: get('CLDCDE_STEP_ALLOW_HOSTS', listed(hostWithPortOf)) ?? [],
    commands: {
      policy: (get('CLDCDE_SHELL_STEPS', (name, text) => wordOf(name, text, commandPolicies)) ??
        'owner') as CommandPolicy,
      user: get('CLDCDE_STEP_USER', asWritten),
      folder: absolute('CLDCDE_RUNNER_DIR'),
      env,
    },
    retention: {
      delivery_bodies: get('CLDCDE_KEEP_DELIVERY_BODIES', daysOf) ?? keptDays.delivery_bodies,
      deliveries: get('CLDCDE_KEEP_DELIVERIES', daysOf) ?? keptDays.deliveries,
      changes: get('CLDCDE_KEEP_CHANGES', daysOf) ?? keptDays.changes,
      runs: get('CLDCDE_KEEP_RUNS', daysOf) ?? keptDays.runs,
      job_logs: get('CLDCDE_KEEP_JOB_LOGS', daysOf) ?? keptDays.job_logs,
      tasks: get('CLDCDE_KEEP_TASKS', daysOf) ?? keptDays.tasks,
      audit: get('CLDCDE_KEEP_AUDIT', daysOf) ?? keptDays.audit,
      sessions: get('CLDCDE_KEEP_SESSIONS', daysOf) ?? keptDays.sessions,
    },
    logLevel: get('LOG_LEVEL', (name, text) => wordOf(name, text, logLevels)),
  }
}

function readEnvFile(file: string): NodeJS.Dict<string> {
  if (!existsSync(file)) return {}
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw coded('config_invalid', `The file ${file} cannot be read (${messageOf(cause)}).`, { cause })
  }
}

function readSecretFile(setting: string, file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw invalid(setting, `names a file that cannot be read (${messageOf(cause)}).`, cause)
  }
  // An empty secret would be as if it were not set: a hub without what somebody meant it to have.
  if (!text) throw invalid(setting, `names an empty file (${file}).`)
  return text
}

/** github.com has its API on a host of its own; GitHub Enterprise Server below `/api/v3`. */
function defaultApiUrl(webUrl: string): string {
  return webUrl === 'https://github.com' ? 'https://api.github.com' : `${webUrl}/api/v3`
}
