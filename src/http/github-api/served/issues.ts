import { issue, sideTold } from '../../../mirror/issue.ts'
import type { Kind } from '../../../mirror/kind.ts'
import { pullRequest } from '../../../mirror/pull-request.ts'
import { retell, type Showing } from '../../../mirror/retell.ts'
import {
  countToldIssues,
  type IssueFilter,
  listToldIssues,
  type ToldIssue,
} from '../../../store/told-issues.ts'
import { listToldItems } from '../../../store/told-items.ts'
import { isComplete } from '../complete.ts'
import { numberIn, oneOf } from '../filters.ts'
import { pagingOf, rangeOf, totalOf } from '../paging.ts'
import { retellPullAsIssue } from '../pull-as-issue.ts'
import type { Asking, Served } from '../served.ts'

const kindOfIssues: Kind<object> = issue
const kindOfPulls: Kind<object> = pullRequest
const sideOfPulls = { ...kindOfPulls, told: sideTold, events: kindOfIssues.events }

/** https://docs.github.com/en/rest/issues/issues */
export const issues: readonly Served[] = [
  {
    path: 'repos/:owner/:repo/issues',
    teaches: { kind: 'issue' },
    async inRepository(asking) {
      const { db, repository, query, showing, settle } = asking
      const filter = filterOf(query, repository.id)
      const sort = oneOf(['created', 'updated', 'comments'], query.get('sort'), 'created')
      if (!filter || !sort) return null
      if (!(await isComplete(asking, kindOfIssues)) || !(await isComplete(asking, kindOfPulls))) return null
      const direction = query.get('direction') === 'asc' ? 'asc' : 'desc'
      const paging = pagingOf(query)
      const rows = await listToldIssues(db, { ...filter, sort, direction, ...rangeOf(paging) })
      await settle(
        { kind: kindOfIssues },
        rows.filter((row) => row.is_pull === 0),
      )
      await settlePulls(
        settle,
        rows.filter((row) => row.is_pull === 1),
      )
      const shown = rows.map((row) => retellIssue(row, showing))
      if (shown.includes(null)) return null
      const total = await totalOf(paging, rows.length, () => countToldIssues(db, filter))
      return { body: `[${shown.join(',')}]`, page: { paging, total } }
    },
  },
  {
    path: 'repos/:owner/:repo/issues/:number',
    teaches: { kind: 'issue' },
    async inRepository({ db, repository, params, showing, settle }) {
      const number = numberIn(params)
      if (number === null) return null
      const where = [{ column: 'number', is: '=', value: number }] as const
      const one = { repositoryId: repository.id, where, order: ['number'], limit: 1, offset: 0 } as const
      const [row] = await listToldItems(db, kindOfIssues, { ...one, direction: 'asc' })
      if (row) {
        await settle({ kind: kindOfIssues }, [row])
        const body = retell(kindOfIssues, row, showing)
        return body === null ? null : { body }
      }
      const [pull] = await listToldItems(db, kindOfPulls, { ...one, direction: 'asc' })
      if (!pull) return null
      await settlePulls(settle, [pull])
      const body = retellPullAsIssue(pull as never, showing)
      return body ? { body } : null
    },
  },
]

async function settlePulls(settle: Asking['settle'], rows: readonly object[]): Promise<void> {
  await settle({ kind: kindOfPulls }, rows)
  await settle({ kind: sideOfPulls, column: 'issue_told' }, rows)
}

function retellIssue(row: ToldIssue, showing: Showing): string | null {
  return row.is_pull === 1 ? retellPullAsIssue(row, showing) : retell(kindOfIssues, row, showing)
}

/** What GitHub's words ask for; null for what the mirror cannot tell as GitHub does. */
function filterOf(query: URLSearchParams, repositoryId: number): IssueFilter | null {
  if (query.has('mentioned') || query.has('type') || query.has('issue_field_values')) return null
  const state = oneOf(['open', 'closed', 'all'], query.get('state'), 'open')
  const since = query.get('since')
  const milestone = query.get('milestone')
  const sinceMs = since === null ? undefined : Date.parse(since)
  const isNumber = /^\d{1,9}$/.test(milestone ?? '')
  if (!state || Number.isNaN(sinceMs)) return null
  if (milestone !== null && milestone !== 'none' && milestone !== '*' && !isNumber) return null
  return {
    repositoryId,
    state,
    labels: (query.get('labels') ?? '').split(',').flatMap((label) => label.trim() || []),
    assignee: query.get('assignee') ?? undefined,
    creator: query.get('creator') ?? undefined,
    milestone: isNumber ? Number(milestone) : ((milestone ?? undefined) as 'none' | '*' | undefined),
    since: sinceMs,
  }
}
