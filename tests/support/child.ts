import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Far more than anything takes on a busy machine, and less than a test may take: who waits in vain hears why. */
const patienceMs = 90_000

/** A process that a test has started. Nothing waits for it for ever: it is killed then, and what it printed is told. */
export interface Child extends AsyncDisposable {
  process: ChildProcess
  /** Everything printed so far. */
  output(): string
  /** Resolves once it has printed something like this; throws with its output when it ends before or takes too long. */
  said(pattern: RegExp): Promise<void>
  /** Resolves with its exit code, or the signal that killed it. Kills it, and throws with its output, when it goes on. */
  ended(): Promise<number | NodeJS.Signals>
  /** Sends a signal, if it still runs, and waits for its end as `ended` does. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>
}

/** Starts a script, or with `command` a program, and reads what it prints on standard output and error. */
export function startChild(
  args: readonly string[],
  { command = process.execPath, ...options }: SpawnOptions & { command?: string } = {},
): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  const named = [command, ...args].join(' ')
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  exited.catch(() => {}) // told by whoever waits for it
  let output = ''
  const heard = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk
      for (const hear of heard) hear()
    })
  }

  async function patiently<T>(what: string, awaited: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      late.reject(new Error(`${named} ${what} within ${patienceMs / 1000} s. It printed:\n${output}`))
    }, patienceMs)
    try {
      return await Promise.race([awaited, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  const ended = () => patiently('did not end', exited)
  const end = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return ended()
  }
  return {
    process: child,
    output: () => output,
    ended,
    end,
    async said(pattern) {
      const said = Promise.withResolvers<void>()
      const look = () => {
        if (pattern.test(output)) said.resolve()
      }
      heard.add(look)
      look()
      const tooEarly = exited.then((how) => {
        throw new Error(`${named} ended with ${how} and never said ${pattern}. It printed:\n${output}`)
      })
      try {
        await patiently(`did not say ${pattern}`, Promise.race([said.promise, tooEarly]))
      } finally {
        heard.delete(look)
      }
    },
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  }
}
