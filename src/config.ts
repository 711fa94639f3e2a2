import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { coded } from './errors.ts'

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
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/**
 * Reads the settings from the environment, and from a `.env` file in the working folder for what the environment
 * leaves out. Every secret may come from a file instead: `GITHUB_TOKEN_FILE` and the like.
 * Throws `config_invalid` naming the setting and what it should be.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, folder = process.cwd()): Config {
  const file = resolve(folder, '.env')
  const values: Record<string, string | undefined> = {
    ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}),
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')),
  }
  const get = (name: Name): string | null => {
    const direct = values[name]?.trim()
    const path = secrets.includes(name) ? values[`${name}_FILE`]?.trim() : undefined
    if (direct && path) throw invalid(name, `is set twice: as ${name} and as ${name}_FILE. Keep one.`)
    if (!path) return direct || null
    try {
      return readFileSync(path, 'utf8').trim() || null
    } catch (cause) {
      throw invalid(`${name}_FILE`, `names a file that cannot be read (${path}).`, cause)
    }
  }

  const webUrl = url('GITHUB_URL', get('GITHUB_URL')) ?? 'https://github.com'
  const clientId = get('GITHUB_CLIENT_ID')
  const clientSecret = get('GITHUB_CLIENT_SECRET')
  if ((clientId === null) !== (clientSecret === null)) {
    throw invalid('GITHUB_CLIENT_ID', 'and GITHUB_CLIENT_SECRET belong together; one of them is missing.')
  }
  const logLevel = get('LOG_LEVEL')
  if (logLevel !== null && !logLevels.includes(logLevel))
    throw invalid('LOG_LEVEL', `is one of ${logLevels.join(', ')}.`)

  return {
    port: port('PORT', get('PORT')) ?? 3000,
    host: get('HOST') ?? '127.0.0.1',
    dataDir: resolve(folder, get('CLDCDE_DATA_DIR') ?? 'data'),
    publicUrl: url('CLDCDE_PUBLIC_URL', get('CLDCDE_PUBLIC_URL')),
    masterKey: get('CLDCDE_MASTER_KEY'),
    masterKeyFile: get('CLDCDE_MASTER_KEY_FILE'),
    databaseUrl: get('DATABASE_URL'),
    github: {
      webUrl,
      apiUrl: url('GITHUB_API_URL', get('GITHUB_API_URL')) ?? defaultApiUrl(webUrl),
      clientId,
      clientSecret,
      webhookSecrets: list(get('GITHUB_WEBHOOK_SECRET')),
      token: get('GITHUB_TOKEN'),
    },
    metrics: { port: port('METRICS_PORT', get('METRICS_PORT')), token: get('METRICS_TOKEN') },
    stepAllowHosts: list(get('CLDCDE_STEP_ALLOW_HOSTS')),
    logLevel,
  }
}

/** github.com has its API on a host of its own; GitHub Enterprise Server below `/api/v3`. */
function defaultApiUrl(webUrl: string): string {
  return webUrl === 'https://github.com' ? 'https://api.github.com' : `${webUrl}/api/v3`
}

function list(value: string | null): string[] {
  return (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
}

function port(name: Name, value: string | null): number | null {
  if (value === null) return null
  const number = Number(value)
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw invalid(name, `is a port number from 0 to 65535, not "${value}".`)
  }
  return number
}

function url(name: Name, value: string | null): string | null {
  if (value === null) return null
  const parsed = URL.parse(value)
  if (
    !parsed ||
    !['http:', 'https:'].includes(parsed.protocol) ||
    parsed.username ||
    parsed.search ||
    parsed.hash
  ) {
    throw invalid(name, `is an http or https address without user name, query or fragment, not "${value}".`)
  }
  return parsed.href.replace(/\/+$/, '')
}

function invalid(name: string, what: string, cause?: unknown): Error {
  return coded('config_invalid', `Setting ${name} ${what}`, { cause })
}
