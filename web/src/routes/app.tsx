import { createRootRoute, createRoute, redirect } from '@tanstack/react-router'
import { openSession } from '../offline/open-session.ts'
import { NotFound } from '../pages/not-found.tsx'
import { Shell } from '../shell/shell.tsx'

export const root = createRootRoute({ notFoundComponent: NotFound })

/** Everything inside needs somebody who is signed in. */
export const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const session = await openSession()
    if (session.status !== 'signed-in') {
      throw redirect({ to: '/sign-in', search: { return_to: location.href }, replace: true })
    }
  },
})
