import { coded } from '../errors.ts'

/** How a script is run by a shell: the words of the command, and how the script's file ends. */
export interface ShellCommand {
  /** `{0}` stands for the script's file. */
  words: readonly string[]
  /** As the log tells of it. */
  shown: string
  extension: string
}

const known: Readonly<Record<string, ShellCommand>> = {
  bash: shell('bash --noprofile --norc -e -o pipefail {0}', '.sh'),
  sh: shell('sh -e {0}', '.sh'),
  python: {
    ...shell('python {0}', '.py'),
    // Many systems name it only so.
    words: [
      ...['sh', '-c', 'command -v python >/dev/null 2>&1 && exec python "$@"; exec python3 "$@"'],
      ...['sh', '{0}'],
    ],
  },
  // A short form of ours: GitHub asks for `node {0}`.
  node: shell('node {0}', '.mjs'),
}

function shell(shown: string, extension: string): ShellCommand {
  return { words: shown.trim().split(/\s+/), shown, extension }
}

/**
 * The command for a `shell:`, as GitHub's runner makes it. Without one it is `bash -e {0}`, which has no `pipefail`, or `sh`
 * where there is no bash. Throws `step_failed` for what is no shell.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
 */
export function shellCommand(written: string | undefined, hasBash: boolean): ShellCommand {
  if (!written) return shell(hasBash ? 'bash -e {0}' : 'sh -e {0}', '.sh')
  const found = Object.hasOwn(known, written) ? known[written] : undefined
  if (found) return found
  if (['pwsh', 'powershell', 'cmd'].includes(written)) {
    throw coded('cannot_run_here', `It cannot run here: there is no ${written} on the hub's machine.`)
  }
  if (!written.includes('{0}')) {
    throw coded(
      'step_failed',
      `'shell' is '${written}': it is bash, sh, python, node, or a command with {0} where the script's file goes.`,
    )
  }
  return shell(written, '')
}
