import { actionsActs } from '../../../contract/acts/actions.ts'
import { actRoutes } from '../act-routes.ts'
import type { HttpDeps } from '../deps.ts'

/** What people do with runs and workflows of GitHub Actions. */
export const actionsActsRoutes = (deps: HttpDeps) => actRoutes(deps, actionsActs, 'actions')
