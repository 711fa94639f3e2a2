import { Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from '../../../contract/common.ts'
import { removable } from '../../domain/retention.ts'
import { listRemovals } from '../../store/removals.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'

const Removal = Type.Object(
  {
    what: OneOf(...removable),
    days: Type.Integer({ description: 'For so long it is kept; 0: for ever' }),
    removed: Type.Integer({ description: 'Rows so far' }),
    last_removed: Type.Integer({ description: 'Rows of the last look' }),
    last_at: Nullable(Timestamp),
  },
  { $id: 'Removal' },
)

/** For how long what is kept, and how much of it was removed. */
export function retentionRoutes({ store, retention }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/retention',
      {
        config: { access: 'admin' },
        schema: {
          tags: ['retention'],
          summary: 'What is removed after a while, and how much of it was',
          response: { 200: Type.Array(Removal) },
        },
      },
      async () => {
        const done = new Map((await listRemovals(store.read)).map((row) => [row.what, row]))
        return removable.map((what) => {
          const { removed = 0, last_removed = 0, last_at = null } = done.get(what) ?? {}
          const at = last_at === null ? null : new Date(last_at).toISOString()
          return { what, days: retention[what], removed, last_removed, last_at: at }
        })
      },
    )
  }
}
