import { randomUUID } from 'node:crypto'
import { chmod, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { coded } from '../errors.ts'
import type { CommandRequest, CommandResult } from './command.ts'
import { inheritedEnvironment, isOnPath } from './command-environment.ts'
import { type JobFolder, jobPath, listRunFolders, openJobFolder, openRoot, readMemory } from './job-folder.ts'
import { performCommand } from './perform-command.ts'
import type { ProcessGroup } from './process-group.ts'
import { endMarked, isSame, signalGroup } from './processes.ts'
import type { StepUser } from './step-user.ts'

/** Runs commands: a folder for each job, a group of processes for each command. */
export interface Runner {
  /** Resolves when the command is over, however it ended. Throws when it could not begin. */
  run(request: CommandRequest): Promise<CommandResult>
  /** Ends what a job's commands have left running, and removes its folder. */
  endJob(place: { runId: string; job: string }): Promise<void>
  /** Ends what an earlier process of the hub left, and removes the folders of runs that are over. */
  tidy(isOver: (runId: string) => Promise<boolean>): Promise<void>
  /** The work around a command, which `close` waits for. */
  hold<T>(work: Promise<T>): Promise<T>
  /** Kills everything that runs, and resolves when the work around it is done. */
  close(): Promise<void>
}

export interface RunnerOptions {
  /** Holds the folders of all jobs. */
  root: string
  /** Whose processes commands are; null: the hub's own. */
  user: StepUser | null
  clock?: () => number
  /** The hub's own variables; commands see few of them. */
  env: NodeJS.Dict<string>
}

interface LiveJob {
  folder: JobFolder
  groups: Set<ProcessGroup>
}

/** Makes the runner; it touches nothing before it is used. */
export function createRunner({ root, user, clock = Date.now, env }: RunnerOptions): Runner {
  const base = inheritedEnvironment(env)
  const hasBash = isOnPath(base.PATH ?? '', 'bash')
  const live = new Map<string, LiveJob>()
  /** Folders of jobs that an earlier process of the hub made. */
  const found = new Set<string>()
  const held = new Set<Promise<unknown>>()
  let closed = false

  async function jobOf(request: CommandRequest): Promise<LiveJob> {
    const path = jobPath({ ...request, root })
    const known = live.get(path)
    if (known) return known
    await openRoot(root)
    // What an earlier process of the hub began must be over before anything goes on in this folder.
    await endRecorded(path)
    const folder = await openJobFolder({ ...request, root, user })
    const event = eventFile(folder)
    await writeFile(event, JSON.stringify(request.event ?? {}))
    await chmod(event, 0o644)
    const job = { folder, groups: new Set<ProcessGroup>() }
    live.set(path, job)
    return job
  }

  async function endLive(path: string): Promise<void> {
    const job = live.get(path)
    for (const group of job?.groups ?? []) group.kill()
    await Promise.all([...(job?.groups ?? [])].map((group) => group.ended.catch(() => {})))
    job?.groups.clear()
  }

  async function endJob(place: { runId: string; job: string }): Promise<void> {
    const path = jobPath({ ...place, root })
    // Most jobs have no command.
    if (!live.has(path) && !found.delete(path)) return
    await endLive(path)
    await endRecorded(path)
    live.delete(path)
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
    // The last job of a run takes its folder along.
    await rmdir(dirname(path)).catch(() => {})
  }

  function hold<T>(work: Promise<T>): Promise<T> {
    held.add(work)
    const over = () => void held.delete(work)
    work.then(over, over)
    return work
  }

  return {
    async run(request) {
      if (closed) throw coded('unavailable', 'The hub is stopping.')
      const { folder, groups } = await jobOf(request)
      return await performCommand(
        { ...request, github: { ...request.github, event_path: eventFile(folder) } },
        { name: randomUUID(), folder, groups, base, hasBash, user, clock },
      )
    },
    endJob: (place) => hold(endJob(place)),
    async tidy(isOver) {
      for (const { runId, path, jobs } of await listRunFolders(root)) {
        for (const job of jobs) if (!live.has(job)) await endRecorded(job)
        if (await isOver(runId)) await rm(path, { recursive: true, force: true, maxRetries: 3 })
        else for (const job of jobs) found.add(job)
      }
    },
    hold,
    async close() {
      closed = true
      await Promise.all(
        [...live.keys()].map(async (path) => {
          await endLive(path)
          await endRecorded(path)
        }),
      )
      live.clear()
      await Promise.allSettled([...held])
      // Nothing stays of a hub whose runs are over: what is not empty does.
      for (const folder of [join(root, '_tool'), root]) await rmdir(folder).catch(() => {})
    },
  }
}

/** What started the run, for its commands to read and for none to change. */
function eventFile({ path }: JobFolder): string {
  return join(path, 'commands', 'event.json')
}

/** Ends the processes that a job's folder tells of, if they are still those, and those that left their groups. */
async function endRecorded(path: string): Promise<void> {
  const memory = await readMemory(join(path, 'job.json'))
  if (!memory) return
  for (const name of memory.processes) if (isSame(name)) signalGroup(name.pid, 'SIGKILL')
  await endMarked('RUNNER_TRACKING_ID', memory.tracking)
}
