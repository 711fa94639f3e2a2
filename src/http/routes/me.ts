import { User } from '../../../contract/identity.ts'
import { coded } from '../../errors.ts'
import { findUser } from '../../store/users.ts'
import type { HttpDeps } from '../deps.ts'
import { presentUser } from '../present-identity.ts'
import type { Routes } from '../route-access.ts'

/** Who asks. */
export function meRoutes({ store }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/me',
      {
        config: { access: 'read' },
        schema: { tags: ['users'], summary: 'The user that you are', response: { 200: User } },
      },
      async ({ viewer }) => {
        const user = await findUser(store.read, viewer.userId)
        if (!user) throw coded('invalid_token', 'This account no longer exists.')
        return presentUser(user)
      },
    )
  }
}
