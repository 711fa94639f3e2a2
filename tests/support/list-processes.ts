import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

interface RunningProcess {
  pid: number
  command: string
}

/**
 * The processes that belong to a folder: those that work in it, were started with it in their environment or name it
 * on their command line. This one is none of them. Empty where the system does not tell (it has no `/proc`).
 */
export function listProcesses(folder: string): RunningProcess[] {
  return numbersIn('/proc')
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => {
      const command = tryRead(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
      // One that has ended and was not waited for yet has none.
      if (!command) return []
      const belongs = [
        command,
        tryRead(() => readFileSync(`/proc/${pid}/environ`, 'utf8')),
        tryRead(() => readlinkSync(`/proc/${pid}/cwd`)),
      ].some((text) => text?.includes(folder))
      return belongs ? [{ pid, command: command.replaceAll('\0', ' ').trim() }] : []
    })
}

function numbersIn(folder: string): number[] {
  return (tryRead(() => readdirSync(folder)) ?? []).map(Number).filter(Number.isInteger)
}

/** Of a process that ends meanwhile, or is somebody else's, nothing can be read. */
function tryRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
