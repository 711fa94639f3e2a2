import { branch } from '../../../mirror/branch.ts'
import { checkRun } from '../../../mirror/check-run.ts'
import { commitStatus } from '../../../mirror/commit-status.ts'
import type { Kind } from '../../../mirror/kind.ts'
import { pullRequest } from '../../../mirror/pull-request.ts'
import type { CheckRunRow } from '../../../store/rows/checks.ts'
import type { BranchRow } from '../../../store/rows/mirror.ts'
import { countToldItems, listToldItems } from '../../../store/told-items.ts'
import { isComplete } from '../complete.ts'
import { conditionsOf, numberIn, oneOf } from '../filters.ts'
import { listItems, showItem } from '../list-items.ts'
import { pagingOf, rangeOf, totalOf } from '../paging.ts'
import type { AskingRepository, Served } from '../served.ts'

const branches: Kind<object> = branch
const checkRuns: Kind<object> = checkRun
const statuses: Kind<object> = commitStatus
const pulls: Kind<object> = pullRequest

/** Branches, and what is said of commits. https://docs.github.com/en/rest/branches, /checks, /commits/statuses */
export const commits: readonly Served[] = [
  {
    path: 'repos/:owner/:repo/branches',
    async inRepository(asking) {
      const { db, repository, query, showing } = asking
      const asked = query.get('protected')
      const isProtected = oneOf(['true', 'false', ''], asked, '')
      if (isProtected === undefined || !(await isComplete(asking, branches))) return null
      const value = isProtected === 'true' ? 1 : 0
      const where = isProtected === '' ? [] : [{ column: 'protected', is: '=', value } as const]
      const paging = pagingOf(query)
      const items = { repositoryId: repository.id, where }
      const page = { ...items, order: ['name'], direction: 'asc', ...rangeOf(paging) } as const
      const rows = (await listToldItems(db, branches, page)) as BranchRow[]
      const shown = rows.map((row) => ({
        name: row.name,
        commit: { sha: row.sha, url: `${showing.api}/repos/${showing.fullName}/commits/${row.sha}` },
        protected: row.protected === 1,
      }))
      const total = await totalOf(paging, rows.length, () => countToldItems(db, branches, items))
      return { body: JSON.stringify(shown), page: { paging, total } }
    },
  },
  {
    path: 'repos/:owner/:repo/commits/:ref+/check-runs',
    teaches: { kind: 'check_run', wrappedAs: 'check_runs' },
    async inRepository(asking) {
      const { db, repository, query } = asking
      const filter = oneOf(['latest', 'all'], query.get('filter'), 'latest')
      const others = new URLSearchParams(query)
      others.delete('filter')
      const sha = await headIn(asking)
      if (!filter || !sha || !conditionsOf(others, {})) return null
      const where = [{ column: 'head_sha', is: '=', value: sha } as const]
      if (filter === 'latest') {
        const all = { order: ['id'], direction: 'asc', limit: mostChecks, offset: 0 } as const
        const rows = await listToldItems(db, checkRuns, { repositoryId: repository.id, where, ...all })
        const names = new Set(rows.map((row) => `${(row as CheckRunRow).app} ${(row as CheckRunRow).name}`))
        // Which of two with one name counts is GitHub's to say.
        if (names.size < rows.length || rows.length === mostChecks) return null
      }
      return await listItems(asking, checkRuns, { where, order: ['id'], direction: 'desc', as: 'check_runs' })
    },
  },
  {
    path: 'repos/:owner/:repo/check-runs/:number',
    teaches: { kind: 'check_run' },
    inRepository: (asking) => showItem(asking, checkRuns, { column: 'id', value: numberIn(asking.params) }),
  },
  {
    path: 'repos/:owner/:repo/commits/:ref+/statuses',
    async inRepository(asking) {
      const sha = await headIn(asking)
      if (!sha) return null
      const where = [{ column: 'sha', is: '=', value: sha } as const]
      return await listItems(asking, statuses, { where, order: ['id'], direction: 'desc' })
    },
  },
]

/** GitHub keeps no more check runs of one suite. */
const mostChecks = 1000

/**
 * The commit that the address names by its SHA or by a branch, where an open pull request has it as its head: of no
 * others is all read that is said of them.
 */
async function headIn({ db, repository, params: { ref = '' } }: AskingRepository): Promise<string | null> {
  const one = { repositoryId: repository.id, direction: 'asc', limit: 1, offset: 0 } as const
  let sha: string | undefined = ref
  if (!/^[\da-f]{40}$/.test(ref)) {
    const where = [{ column: 'name', is: '=', value: ref } as const]
    const [found] = await listToldItems(db, branches, { ...one, where, order: ['name'] })
    sha = (found as BranchRow | undefined)?.sha
  }
  if (sha === undefined) return null
  const where = [
    { column: 'head_sha', is: '=', value: sha } as const,
    { column: 'state', is: '=', value: 'open' } as const,
  ]
  const [pull] = await listToldItems(db, pulls, { ...one, where, order: ['number'] })
  return pull ? sha : null
}
