import type { Viewer } from '../domain/access.ts'
import { coded } from '../errors.ts'
import type { GithubClient } from '../github/create-client.ts'
import { createGithubTokens } from '../store/github-tokens.ts'
import type { HttpDeps } from './deps.ts'

/** GitHub in the caller's own name. Throws `github_not_connected` for those whose token is missing or refused. */
export type OwnClient = (viewer: Pick<Viewer, 'userId'>) => Promise<GithubClient>

/** Makes the way from somebody who asks to GitHub in their name. */
export function createOwnClient(deps: Pick<HttpDeps, 'store' | 'sealer' | 'clock' | 'github'>): {
  ownClient: OwnClient
} {
  const tokens = createGithubTokens(deps)
  return {
    async ownClient({ userId }) {
      const credential = await tokens.tokenOf(userId)
      if (credential) return deps.github.forToken(credential.token, { userId })
      throw coded('github_not_connected', 'GitHub does not know you here any more: sign in through it again.')
    },
  }
}
