import type { Served } from '../served.ts'
import { aboutApi } from './about-api.ts'
import { actions } from './actions.ts'
import { commits } from './commits.ts'
import { issueParts } from './issue-parts.ts'
import { issues } from './issues.ts'
import { pullRequests } from './pulls.ts'
import { releases } from './releases.ts'
import { repositories } from './repositories.ts'

/** Every read that the mirror answers. All others go to GitHub. */
export const served: readonly Served[] = [
  ...aboutApi,
  ...repositories,
  ...issues,
  ...issueParts,
  ...pullRequests,
  ...commits,
  ...actions,
  ...releases,
]
