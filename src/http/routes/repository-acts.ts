import { refActs } from '../../../contract/acts/refs.ts'
import { releaseActs } from '../../../contract/acts/releases.ts'
import { actRoutes } from '../act-routes.ts'
import type { HttpDeps } from '../deps.ts'

/** What people do with releases, branches and tags. */
export const repositoryActsRoutes = (deps: HttpDeps) =>
  actRoutes(deps, { ...releaseActs, ...refActs }, 'repositories')
