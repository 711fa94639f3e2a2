import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { chown, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coded } from '../errors.ts'
import type { ProcessName } from './processes.ts'
import type { StepUser } from './step-user.ts'

/** What a job's commands have set for those after them, and who they are: outlives the hub. */
export interface JobMemory {
  /** Marks every process of the job. */
  tracking: string
  /** By `$GITHUB_PATH`, the last one first. */
  path: string[]
  masks: string[]
  /** Variables by `$GITHUB_ENV` that the journal must not hold, as they show a masked value. */
  withheld: Record<string, string>
  processes: ProcessName[]
}

/** The folders of one job. Those of the hub cannot be changed by commands: the hub reads what is in them as itself. */
export interface JobFolder {
  path: string
  workspace: string
  temp: string
  home: string
  tools: string
  memory: JobMemory
  /** Keeps `memory` for who comes after this process. */
  keep(): Promise<void>
  /** An empty file that the job's user may write, and nobody can put another one in its place. */
  offer(name: string): Promise<string>
  /** What was written into an offered file, at most `limit` bytes of it; null: it is larger. */
  collect(file: string, limit: number): Promise<string | null>
}

interface Place {
  root: string
  runId: string
  job: string
}

/** The folder of a job: its names are never longer than a file system takes. */
export function jobPath({ root, runId, job }: Place): string {
  const plain = encodeURIComponent(job)
  const name = plain.length <= 100 ? plain : createHash('sha256').update(job).digest('hex')
  return join(root, encodeURIComponent(runId), `j-${name}`)
}

/**
 * Opens the folder of a job, and makes it for its first command. Throws `step_failed` when earlier commands had one that is
 * here no more.
 */
export async function openJobFolder(
  place: Place & { user: StepUser | null; resumes: boolean },
): Promise<JobFolder> {
  const path = jobPath(place)
  const { user } = place
  const own = user && { uid: user.uid, gid: user.gid }
  const memoryFile = join(path, 'job.json')
  let memory = await readMemory(memoryFile)
  if (!memory) {
    if (place.resumes) {
      throw coded(
        'step_failed',
        'The workspace of this job is not here any more: the machine was started anew, or is another one.',
      )
    }
    await rm(path, { recursive: true, force: true })
    await mkdir(join(path, 'commands'), { recursive: true, mode: 0o711 })
    for (const name of ['work', 'temp', 'home']) {
      await mkdir(join(path, name), { mode: 0o700 })
      if (own) await chown(join(path, name), own.uid, own.gid)
    }
    memory = { tracking: `hub_${randomUUID()}`, path: [], masks: [], withheld: {}, processes: [] }
  }
  const kept = memory
  const folder: JobFolder = {
    path,
    workspace: join(path, 'work'),
    temp: join(path, 'temp'),
    home: join(path, 'home'),
    tools: join(place.root, '_tool'),
    memory: kept,
    async keep() {
      const next = `${memoryFile}.next`
      // Not flushed: a machine that lost its power has none of these processes any more.
      await writeFile(next, JSON.stringify(kept), { mode: 0o600 })
      await rename(next, memoryFile)
    },
    async offer(name) {
      const file = join(path, 'commands', name)
      await writeFile(file, '', { mode: 0o600, flag: 'wx' })
      if (own) await chown(file, own.uid, own.gid)
      return file
    },
    async collect(file, limit) {
      await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      const { size } = await handle.stat()
      if (size > limit) return null
      // No variable can hold it, nor a text in Postgres.
      return (await handle.readFile('utf8')).replaceAll('\0', '')
    },
  }
  await folder.keep()
  return folder
}

/** What is known of a job's commands; undefined: nothing, or nothing that can be read. */
export async function readMemory(file: string): Promise<JobMemory | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JobMemory
  } catch {
    return undefined
  }
}

/**
 * Makes the folder that holds those of all jobs. Throws `config_invalid` when it is somebody else's, or others may write
 * there: then they could put something in the place of what the hub reads.
 */
export async function openRoot(root: string): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o711 })
  await mkdir(join(root, '_tool'), { recursive: true, mode: 0o755 })
  const found = await lstat(root)
  const isOurs = found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid)
  if (isOurs && (found.mode & 0o022) === 0) return
  throw coded(
    'config_invalid',
    `The folder of workspaces ${root} is not the hub's alone: set CLDCDE_RUNNER_DIR to another one.`,
  )
}

/** The ids of the runs that have folders, and their jobs' paths. */
export async function listRunFolders(
  root: string,
): Promise<{ runId: string; path: string; jobs: string[] }[]> {
  const names = (await readdir(root).catch(() => [])).filter((name) => !name.startsWith('_'))
  return await Promise.all(
    names.map(async (name) => {
      const path = join(root, name)
      const jobs = (await readdir(path).catch(() => [])).map((job) => join(path, job))
      return { runId: decodeURIComponent(name), path, jobs }
    }),
  )
}
