import { readFileSync } from 'node:fs'
import { coded } from '../errors.ts'

/** Whose processes commands are. */
export interface StepUser {
  name: string
  uid: number
  gid: number
}

/**
 * The user that commands run as: another one only where the hub is root. null: the hub's own.
 * Throws `config_invalid` for one that does not exist, or that a hub which is not root was given: commands never run as root.
 */
export function findStepUser(
  wanted: string | null,
  { uid = process.getuid?.() ?? -1, accounts = readAccounts } = {},
): StepUser | null {
  if (uid !== 0) {
    if (wanted === null) return null
    throw coded(
      'config_invalid',
      'Setting CLDCDE_STEP_USER needs a hub that runs as root: it cannot be another user.',
    )
  }
  const name = wanted ?? 'nobody'
  const line = accounts().find((fields) => fields[0] === name || fields[2] === name)
  const user = line && { name: line[0]!, uid: Number(line[2]), gid: Number(line[3]) }
  if (user?.uid) return user
  if (user)
    throw coded(
      'config_invalid',
      'Setting CLDCDE_STEP_USER names root: commands need a user with fewer rights.',
    )
  if (wanted === null)
    throw coded(
      'config_invalid',
      'Setting CLDCDE_STEP_USER is missing: this hub runs as root, and its machine has no user "nobody" to run commands as. ' +
        'Name a user with few rights, or let no commands run with CLDCDE_SHELL_STEPS=off.',
    )
  throw coded(
    'config_invalid',
    `Setting CLDCDE_STEP_USER names "${wanted}", which is no user of this machine.`,
  )
}

/** https://man7.org/linux/man-pages/man5/passwd.5.html */
function readAccounts(): string[][] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
  } catch {
    return []
  }
}
