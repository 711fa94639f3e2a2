import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

const bin = resolve(import.meta.dirname, '../../bin/cldcde.js')

/**
 * Takes from a process what lets root write everywhere: then a folder's mode holds for it as for everybody else. Also
 * where root's files are out of reach of another user.
 */
const withoutPrivileges =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : []

/** Runs the command line to its end; `plainUser` as somebody whom file modes bind. Throws when it does not end. */
export function cldcde(
  args: string[],
  env: Record<string, string>,
  { plainUser = false } = {},
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done, fail) => {
    const [command, ...before] = [...(plainUser ? withoutPrivileges : []), process.execPath, bin]
    execFile(
      command!,
      [...before, ...args],
      { env: { PATH: process.env.PATH, ...env }, cwd: tmpdir(), timeout: 90_000, killSignal: 'SIGKILL' },
      (error, out, err) => {
        if (error?.killed) fail(new Error(`cldcde ${args.join(' ')} did not end. It printed:\n${out}${err}`))
        else done({ code: error ? Number(error.code) : 0, out, err })
      },
    )
  })
}
