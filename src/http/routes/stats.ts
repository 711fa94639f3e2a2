import { Stats } from '../../../contract/live.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'

/** What the hub measures of itself; the live feed's topic `stats` carries the same every second. */
export function statsRoutes({ stats }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/stats',
      {
        config: { access: 'read' },
        schema: { tags: ['stats'], summary: 'What the hub measures of itself', response: { 200: Stats } },
      },
      async () => stats(),
    )
  }
}
