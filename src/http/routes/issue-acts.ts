import { issueActs } from '../../../contract/acts/issues.ts'
import { labelActs } from '../../../contract/acts/labels.ts'
import { reactionActs } from '../../../contract/acts/reactions.ts'
import { actRoutes } from '../act-routes.ts'
import type { HttpDeps } from '../deps.ts'

/** What people do with issues, with what is said on issues and pull requests, and with labels and milestones. */
export const issueActsRoutes = (deps: HttpDeps) =>
  actRoutes(deps, { ...issueActs, ...reactionActs, ...labelActs }, 'issues')
