import type { FastifyInstance } from 'fastify'
import { isCoded } from '../errors.ts'
import { createGithubTokens } from '../store/github-tokens.ts'
import type { HttpDeps } from './deps.ts'

/**
 * A token that GitHub refuses is not shown to it again, whatever its person asked for: they are told to sign in anew.
 * For routes in which GitHub is asked in the name of who asks.
 */
export function rejectRefusedTokens(
  app: FastifyInstance,
  deps: Pick<HttpDeps, 'store' | 'sealer' | 'clock'>,
): void {
  const tokens = createGithubTokens(deps)
  app.addHook('onError', async ({ viewer }, _reply, error) => {
    if (viewer && isCoded(error, 'github_unauthorized')) await tokens.reject(viewer.userId)
  })
}
