import type { Served } from '../served.ts'

/**
 * What clients of GitHub Enterprise Server ask for to learn what they may use. It is the version whose documentation
 * the answers follow.
 */
const installedVersion = '3.19.0'

/** What is told of the API itself. https://docs.github.com/en/rest/meta/meta */
export const aboutApi: readonly Served[] = [
  {
    path: 'meta',
    answer: async () => ({
      body: JSON.stringify({
        verifiable_password_authentication: false,
        installed_version: installedVersion,
      }),
    }),
  },
  {
    // Asking it costs nothing on GitHub; what GitHub leaves of its own quota stands on what it answers itself.
    path: 'rate_limit',
    async answer({ limits }) {
      const { limit, remaining, resetAt: reset } = limits
      const rate = { limit, used: limit - remaining, remaining, reset }
      return { body: JSON.stringify({ resources: { core: rate, search: rate, graphql: rate }, rate }) }
    },
  },
]
