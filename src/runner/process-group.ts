import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { membersOf, nameProcess, type ProcessName, signalGroup } from './processes.ts'
import type { StepUser } from './step-user.ts'

/** As GitHub's runner: after the interrupt, and after the request to end. */
const interruptMs = 7_500
const terminateMs = 2_500
/** Output that a process left behind still holds open is not waited for longer. */
const drainMs = 5_000
/** No file that a command writes may be larger, in the 512 bytes of `ulimit`. */
const mostFileBlocks = 2 ** 24

/**
 * Waits until the hub has written down who it is, becomes the leader that the hub meant, and leaves a watchman in its
 * group: that one kills the group when the hub lets go of the pipe, and so also when the hub is killed.
 */
const wrapper = `
read -r word <&3 && [ "$word" = go ] || exit 125
( ( trap '' INT TERM HUP; read -r word <&3; kill -s KILL -- -$$ ) </dev/null >/dev/null 2>&1 & )
exec 3<&-
cd -- "$1" || exit 125
shift
ulimit -c 0
ulimit -f ${mostFileBlocks}
exec "$@"
`

export interface GroupOptions {
  words: readonly string[]
  /** A folder of the hub's; the leader goes on to `directory` with its own rights. */
  cwd: string
  directory: string
  env: Readonly<Record<string, string>>
  user: StepUser | null
  /** Writes down who it is; the command begins after that. */
  record(name: ProcessName | null): Promise<void>
  onOutput(bytes: Buffer, from: 'stdout' | 'stderr'): void
  /** Resolves when more output is wanted; undefined: at once. */
  room(): Promise<void> | undefined
}

/** How the leader of a group ended. */
export interface GroupEnd {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A command and all that it starts: one group of processes. */
export interface ProcessGroup {
  readonly pid: number
  /** When its leader has ended, and all that it printed was handed on. Rejects when it could not be started. */
  readonly ended: Promise<GroupEnd>
  /** Asks it to end: as a person at a terminal, then as a system, and then it is killed. */
  stop(): void
  /** Kills all of it, now. */
  kill(): void
  /** Whether something that the leader started still runs. */
  isAlive(): boolean
}

/** Starts a command as the leader of a group of its own. Throws when the system starts nothing. */
export async function startGroup(options: GroupOptions): Promise<ProcessGroup> {
  const { words, cwd, env, user } = options
  const child = spawn('/bin/sh', ['-c', wrapper, 'sh', options.directory, ...words], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error))
  await Promise.race([once(child, 'spawn'), failed])
  failed.catch(() => {})
  const pid = child.pid!
  const lifeline = child.stdio[3] as Writable
  // It may be over before it reads.
  lifeline.on('error', () => {})
  const ended = watch(child, options)
  ended.catch(() => {})
  try {
    await options.record(nameProcess(pid))
  } catch (error) {
    lifeline.destroy()
    throw error
  }
  lifeline.write('go\n')

  const timers: NodeJS.Timeout[] = []
  const over = () => {
    for (const timer of timers) clearTimeout(timer)
  }
  ended.then(over, over)
  const kill = () => {
    signalGroup(pid, 'SIGKILL')
    // The watchman does the same where the group was not to be reached.
    lifeline.destroy()
  }
  return {
    pid,
    ended,
    kill,
    stop() {
      if (timers.length > 0) return
      signalGroup(pid, 'SIGINT')
      timers.push(setTimeout(() => signalGroup(pid, 'SIGTERM'), interruptMs))
      timers.push(setTimeout(kill, interruptMs + terminateMs))
    },
    isAlive: () => membersOf(pid).length > 1,
  }
}

async function watch(child: ChildProcess, { onOutput, room }: GroupOptions): Promise<GroupEnd> {
  const pipes = [
    read(child.stdout!, 'stdout', { onOutput, room }),
    read(child.stderr!, 'stderr', { onOutput, room }),
  ]
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  const late = setTimeout(() => {
    child.stdout!.destroy()
    child.stderr!.destroy()
  }, drainMs)
  await Promise.all(pipes)
  clearTimeout(late)
  return { code, signal }
}

/** Reads on only when there is room: a command that prints faster than the disk writes waits. */
async function read(
  pipe: Readable,
  from: 'stdout' | 'stderr',
  { onOutput, room }: Pick<GroupOptions, 'onOutput' | 'room'>,
): Promise<void> {
  try {
    for await (const bytes of pipe) {
      onOutput(bytes as Buffer, from)
      await room()
    }
  } catch (error) {
    // It was let go of, as something still holds its other end.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}
