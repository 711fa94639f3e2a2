import type { Role } from '../../contract/identity.ts'
import { hasRole, holds, type Permission } from './access.ts'
import { isFromFork } from './may-run-commands.ts'

/** A run, as far as it decides which secrets it is told. */
export interface SecretAsker {
  /** Of who wrote the version that runs; null: they may not sign in any more. */
  makerRole: Role | null
  /** In the run's repository: of its maker, and of the person who started it. */
  maker: Permission
  starter: Permission
  byPerson: boolean
  event: string
  payload: unknown
}

/** Whose secrets a run is told. */
export interface SecretGrant {
  hub: boolean
  repository: boolean
}

/**
 * Which secrets a run is told. Those of the hub go to workflows that maintainers and owners wrote: they may act for
 * everybody here anyway. Those of a repository go to workflows whose maker may write to it, and where a person
 * started the run, only if they may too. What comes from a fork is told none, as on GitHub.
 * https://docs.github.com/en/actions/reference/security/secrets
 */
export function grantSecrets(asker: SecretAsker): SecretGrant {
  const { makerRole, maker, starter, byPerson } = asker
  if (makerRole === null || isOfFork(asker)) return { hub: false, repository: false }
  return {
    hub: hasRole(makerRole, 'maintainer'),
    repository: holds(maker, 'write') && (!byPerson || holds(starter, 'write')),
  }
}

/** `pull_request_target` is about the base's code, whoever opened it. */
function isOfFork({ event, payload }: SecretAsker): boolean {
  return event !== 'pull_request_target' && isFromFork(payload, 'pull_request', 'head', 'repo')
}
