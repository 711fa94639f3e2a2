import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { coded } from '../../errors.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'

const config = { access: 'public', quiet: true } as const
const Status = Type.Object({ status: Type.String() })

/** For supervisors and load balancers. The app is only built on a migrated store, so ready means: can write. */
export function healthRoutes({ store }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/healthz',
      {
        config,
        schema: { tags: ['health'], summary: 'Whether the hub is alive', response: { 200: Status } },
      },
      async () => ({ status: 'ok' }),
    )

    app.get(
      '/readyz',
      {
        config,
        schema: {
          tags: ['health'],
          summary: 'Whether the hub can do its work',
          response: { 200: Status, 503: Problem },
        },
      },
      async () => {
        try {
          await store.ping()
        } catch (cause) {
          throw coded('unavailable', 'The database takes no writes at the moment.', { cause })
        }
        return { status: 'ready' }
      },
    )
  }
}
