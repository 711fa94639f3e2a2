import { pullActs } from '../../../contract/acts/pulls.ts'
import { actRoutes } from '../act-routes.ts'
import type { HttpDeps } from '../deps.ts'

/** What people do with pull requests, their reviews and their branches. */
export const pullActsRoutes = (deps: HttpDeps) => actRoutes(deps, pullActs, 'pull requests')
