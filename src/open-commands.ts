import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { createRunner, type Runner } from './runner/create-runner.ts'
import { findStepUser } from './runner/step-user.ts'

/**
 * Makes what runs commands as the settings say, and a line that tells the operator as whom. Another user cannot enter the
 * data folder: for them workspaces are beside it, below the system's folder of temporary files.
 * Throws `config_invalid`.
 */
export function openCommands({ commands, dataDir }: Pick<Config, 'commands' | 'dataDir'>): {
  runner: Runner
  told: string
} {
  const user = commands.policy === 'off' ? null : findStepUser(commands.user)
  const apart = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const root = commands.folder ?? (user ? join(tmpdir(), `cldcde-runner-${apart}`) : join(dataDir, 'runner'))
  const whose = commands.policy === 'owner' ? "of the hub's owner" : 'of members'
  const told = user
    ? `commands of workflows ${whose} run as the user ${user.name}`
    : `commands of workflows ${whose} run as this user, with its rights; CLDCDE_SHELL_STEPS=off lets none run`
  return { runner: createRunner({ root, user, env: commands.env }), told }
}
