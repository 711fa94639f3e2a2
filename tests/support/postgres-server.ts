import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { runFolder } from './run-folder.ts'

const run = promisify(execFile)

/** Far more than starting and stopping take on a busy machine. */
const patienceMs = 120_000

/** A user, if a test makes it, whom the server asks for a password. */
export const askedForPassword = 'asked_for_password'

/** The URL of a database on the run's own Postgres, which the first caller of all test processes starts. */
export async function postgresUrl(database: string): Promise<string> {
  const folder = join(runFolder(), 'postgres')
  await ensureServer(folder)
  return urlOf(folder, database)
}

/** Stops the server of a folder, if one was started. */
export async function stopServer(folder: string): Promise<void> {
  const pid = serverPid(folder)
  if (pid !== undefined) {
    process.kill(pid, 'SIGQUIT')
    const deadline = Date.now() + patienceMs
    while (serverPid(folder) !== undefined && isAlive(pid)) {
      if (Date.now() > deadline) throw new Error(`Postgres (process ${pid}) did not stop`)
      await wait(20)
    }
  }
}

function urlOf(folder: string, database: string): string {
  return `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`
}

async function ensureServer(folder: string): Promise<void> {
  const mine = tryMakeFolder(folder)
  if (mine) await startServer(folder)
  await untilItAnswers(folder)
}

async function untilItAnswers(folder: string): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await answers(folder))) {
    if (Date.now() > deadline) throw new Error(`Postgres did not answer within ${patienceMs / 1000} s`)
    await wait(50)
  }
}

/** Whoever makes the folder starts the server; the others wait for it. */
function tryMakeFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o755 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function startServer(folder: string): Promise<void> {
  const bin = await findBinaries()
  const user = unprivileged()
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
    {
      cwd: folder,
      ...user,
    },
  )
  // Everybody is let in, but for whom a test wants asked.
  const rules = join(data, 'pg_hba.conf')
  writeFileSync(rules, `local all ${askedForPassword} scram-sha-256\n${readFileSync(rules, 'utf8')}`)
  // Nothing here must survive a power cut, so nothing waits for the disk.
  await spawnServer(folder, ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'])
}

async function spawnServer(folder: string, settings: readonly string[]): Promise<ChildProcess> {
  const all = [...settings, 'max_connections=200']
  const server = spawn(
    join(await findBinaries(), 'postgres'),
    ['-D', join(folder, 'data'), '-k', folder, '-h', '', ...all.flatMap((setting) => ['-c', setting])],
    { cwd: folder, env: { TMPDIR: folder }, stdio: 'ignore', detached: true, ...unprivileged() },
  )
  await once(server, 'spawn')
  server.unref()
  return server
}

/** A Postgres of one test's own, to be stopped and started in the middle of things. */
export interface OwnPostgres extends AsyncDisposable {
  url: string
  /** Where its data is, and its log if the settings ask for one. */
  folder: string
  /** Resolves once it answers. */
  start(): Promise<void>
  /** `fast` ends its connections and shuts down in order, `kill` is a crash. Resolves once it is gone. */
  stop(how: 'fast' | 'kill'): Promise<void>
}

export async function ownPostgres(settings: readonly string[] = []): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'cldcde-postgres-'))
  chmodSync(folder, 0o755) // Postgres runs as a user of its own
  await startServer(folder)
  await untilItAnswers(folder)
  await stopServer(folder)
  let server: ChildProcess | undefined

  async function stop(how: 'fast' | 'kill'): Promise<void> {
    if (!server) return
    server.ref() // waited for now
    const exited = once(server, 'exit', { signal: AbortSignal.timeout(patienceMs) })
    // SIGINT is its fast shutdown, SIGQUIT ends every process of it at once without one.
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await exited
    server = undefined
  }

  async function start(): Promise<void> {
    server = await spawnServer(folder, ['fsync=off', ...settings])
    await untilItAnswers(folder)
  }

  await start()
  return {
    url: urlOf(folder, 'postgres'),
    folder,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('kill')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function findBinaries(): Promise<string> {
  const find = () => globSync('/usr/lib/postgresql/*/bin/initdb').sort().at(-1)
  let found = find()
  if (!found && process.getuid?.() === 0) {
    await run('apt-get', ['install', '-y', 'postgresql'], { timeout: 300_000 }).catch(() => {})
    found = find()
  }
  if (!found) throw new Error('These tests need a real Postgres: install the package "postgresql"')
  return join(found, '..')
}

/** Postgres refuses to run as root: the user that its package made runs it, or nobody. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n')
  const account =
    accounts.find((line) => line.startsWith('postgres:')) ??
    accounts.find((line) => line.startsWith('nobody:'))
  const [, , uid, gid] = account?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

async function answers(folder: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(folder, 'postgres') })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

function serverPid(folder: string): number | undefined {
  const file = join(folder, 'data', 'postmaster.pid')
  if (!statSync(file, { throwIfNoEntry: false })) return undefined
  return Number(readFileSync(file, 'utf8').split('\n')[0])
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
