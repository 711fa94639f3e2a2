import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandRequest, CommandResult } from '../../src/runner/command.ts'
import { createRunner, type RunnerOptions } from '../../src/runner/create-runner.ts'
import { findStepUser } from '../../src/runner/step-user.ts'

/** What a command left, and what it said: each line without its time. */
export interface Ran extends CommandResult {
  lines: string[]
}

export type Command = Partial<Omit<CommandRequest, 'log'>> & {
  script: string
  /** Hears the lines as they come. */
  onLine?: (line: string) => void
}

/** A runner in a folder of its own, which ends with the test. */
export function openRunner(options: Partial<RunnerOptions> = {}) {
  const root = options.root ?? join(mkdtempSync(join(tmpdir(), 'cldcde-runner-')), 'jobs')
  // A folder that another user can pass through.
  if (!options.root) chmodUp(root)
  const runner = createRunner({ root, user: findStepUser(null), env: process.env, ...options })
  const begun = new Set<string>()
  return {
    ...runner,
    root,
    async command({ onLine, ...given }: Command): Promise<Ran> {
      const lines: string[] = []
      const job = given.job ?? 'build'
      const result = await runner.run({
        ...{ runId: 'r1', job, shell: undefined, workingDirectory: undefined, masks: [] },
        ...{ env: {}, github: {}, event: { number: 7 }, signal: new AbortController().signal },
        resumes: begun.has(job),
        ...given,
        log: {
          write(text) {
            const line = text.slice(29, -1)
            lines.push(line)
            onLine?.(line)
          },
          room: () => undefined,
        },
      })
      begun.add(job)
      return { ...result, lines: spoken(lines) }
    },
    async [Symbol.asyncDispose]() {
      await runner.close()
      rmSync(join(root, '..'), { recursive: true, force: true })
    },
  }
}

function chmodUp(root: string): void {
  chmodSync(join(root, '..'), 0o711)
}

/** Without the head that says what runs. */
function spoken(lines: readonly string[]): string[] {
  return lines.slice(lines.indexOf('##[endgroup]') + 1)
}
