import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { runnerContext } from '../domain/workflow/runner-context.ts'
import type { JobFolder } from './job-folder.ts'
import type { StepUser } from './step-user.ts'

/** Of the hub's own variables a command sees these, and no other. */
const inherited = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'SHELL', 'USER'] as const

/** What of the hub's surroundings is for commands too. */
export function inheritedEnvironment(env: NodeJS.Dict<string>): Record<string, string> {
  const kept = inherited.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]))
  const path = env.PATH ?? '/usr/local/bin:/usr/bin:/bin'
  // The hub's own Node is there for whoever has no other.
  return { ...Object.fromEntries(kept), PATH: [path, dirname(process.execPath)].join(delimiter) }
}

/** Whether a program is in one of the folders of a `PATH`. */
export function isOnPath(path: string, program: string): boolean {
  return path.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)))
}

/**
 * The variables of a command: later ones win, and those of GitHub's runner cannot be set by a workflow.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables
 */
export function commandEnvironment({
  base,
  folder,
  user,
  env,
  github,
  files,
}: {
  base: Readonly<Record<string, string>>
  folder: JobFolder
  user: StepUser | null
  /** `env` of workflow, job and step. */
  env: Readonly<Record<string, string>>
  /** Members of the `github` context, by their names. */
  github: Readonly<Record<string, string>>
  /** Files that commands write to, by the end of their variables' names. */
  files: Readonly<Record<string, string>>
}): Record<string, string> {
  const { memory } = folder
  const path = env.PATH ?? base.PATH ?? ''
  return {
    ...base,
    HOME: folder.home,
    ...(user && { USER: user.name }),
    TMPDIR: folder.temp,
    CI: 'true',
    ...memory.withheld,
    ...env,
    PATH: [...memory.path, path].join(delimiter),
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(
      Object.entries(github).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value]),
    ),
    ...Object.fromEntries(Object.entries(files).map(([name, file]) => [`GITHUB_${name}`, file])),
    GITHUB_WORKSPACE: folder.workspace,
    RUNNER_OS: runnerContext.os,
    RUNNER_ARCH: runnerContext.arch,
    RUNNER_NAME: runnerContext.name,
    RUNNER_ENVIRONMENT: runnerContext.environment,
    RUNNER_TEMP: folder.temp,
    RUNNER_TOOL_CACHE: folder.tools,
    RUNNER_WORKSPACE: dirname(folder.workspace),
    RUNNER_TRACKING_ID: memory.tracking,
  }
}
