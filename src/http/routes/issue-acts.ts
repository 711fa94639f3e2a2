import { issueActs } from '../../../contract/acts/issues.ts'
import { actRoutes } from '../act-routes.ts'
import type { HttpDeps } from '../deps.ts'

/** What people do with issues, and with what is said on issues and pull requests. */
export const issueActsRoutes = (deps: HttpDeps) => actRoutes(deps, issueActs, 'issues')
