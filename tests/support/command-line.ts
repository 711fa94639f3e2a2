import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

const bin = resolve(import.meta.dirname, '../../bin/cldcde.js')

/** Runs the command line to its end. */
export function cldcde(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [bin, ...args],
      { env: { PATH: process.env.PATH, ...env }, cwd: tmpdir() },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}
