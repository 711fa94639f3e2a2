import type { createPassThrough } from '../../github/pass-through.ts'
import type { HttpDeps } from '../deps.ts'
import type { RecentWrites } from './recent-writes.ts'

/** Where clients look for it: as on GitHub Enterprise Server. */
export const githubApiPath = '/api/v3'

/** What the parts of this API share. */
export interface GithubApi extends HttpDeps {
  /** Where clients find it, with the hub's address. */
  api: string
  recent: RecentWrites
  pass: ReturnType<typeof createPassThrough>
}
