import { createRoute, redirect } from '@tanstack/react-router'
import { setupQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { returnPath } from '../data/return-path.ts'
import { openSession } from '../offline/open-session.ts'
import { readSetupSearch, readSignInSearch } from '../search.ts'
import { root } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  beforeLoad: async ({ search }) => {
    // Whoever is signed in already goes on; when the hub does not answer, the page itself says so.
    const session = await openSession().catch(() => null)
    if (session?.status === 'signed-in' && !search.link) {
      throw redirect({ href: returnPath(search.return_to), replace: true })
    }
  },
  loader: () => void queryClient.prefetchQuery(setupQuery),
  component: lazyPage(() => import('../pages/sign-in.tsx'), 'SignInPage'),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: readSetupSearch,
  loader: () => void queryClient.prefetchQuery(setupQuery),
  component: lazyPage(() => import('../pages/setup/setup.tsx'), 'SetupPage'),
})

export const doorRoutes = [signIn, setup] as const
