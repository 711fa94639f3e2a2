import type { Kind } from '../../../mirror/kind.ts'
import { pullRequest } from '../../../mirror/pull-request.ts'
import { retell } from '../../../mirror/retell.ts'
import { review } from '../../../mirror/review.ts'
import { reviewComment } from '../../../mirror/review-comment.ts'
import { listToldItems } from '../../../store/told-items.ts'
import { type conditionsOf, numberIn, oneOf, sinceOf } from '../filters.ts'
import { listItems, showItem } from '../list-items.ts'
import type { AskingRepository, Served } from '../served.ts'

const pulls: Kind<object> = pullRequest
const reviews: Kind<object> = review
const comments: Kind<object> = reviewComment

/** https://docs.github.com/en/rest/pulls */
export const pullRequests: readonly Served[] = [
  {
    path: 'repos/:owner/:repo/pulls',
    teaches: { kind: 'pull_request' },
    async inRepository(asking) {
      const { query } = asking
      const state = oneOf(['open', 'closed', 'all'], query.get('state'), 'open')
      const sort = oneOf(['created', 'updated'], query.get('sort'), 'created')
      // A head is named with its owner, which no column holds.
      if (!state || !sort || query.has('head')) return null
      const direction = oneOf(['asc', 'desc'], query.get('direction'), sort === 'created' ? 'desc' : 'asc')
      if (!direction) return null
      const base = query.get('base')
      const where = [
        ...(state === 'all' ? [] : [{ column: 'state', is: '=', value: state } as const]),
        ...(base === null ? [] : [{ column: 'base_ref', is: '=', value: base } as const]),
      ]
      // Numbers are given in the order of creation.
      const order = sort === 'created' ? ['number'] : ['updated_at', 'number']
      return await listItems(asking, pulls, { where, order, direction })
    },
  },
  {
    path: 'repos/:owner/:repo/pulls/:number',
    teaches: { kind: 'pull_request' },
    async inRepository(asking) {
      const row = await findPull(asking)
      // Whether an open one can be merged changes with other branches, checks and reviews, and is told nowhere.
      if (row?.state !== 'closed') return null
      const body = retell(pulls, row, { ...asking.showing, alone: true })
      return body === null ? null : { body }
    },
  },
  {
    path: 'repos/:owner/:repo/pulls/:number/requested_reviewers',
    async inRepository(asking) {
      const row = await findPull(asking)
      const text = row && retell(pulls, row, asking.showing)
      if (!text) return null
      const { requested_reviewers: users, requested_teams: teams } = JSON.parse(text) as Requested
      return users && teams ? { body: JSON.stringify({ users, teams }) } : null
    },
  },
  {
    path: 'repos/:owner/:repo/pulls/:number/reviews',
    teaches: { kind: 'review', under: 'number' },
    async inRepository(asking) {
      const value = numberIn(asking.params)
      if (value === null || !(await findPull(asking))) return null
      const where = [{ column: 'pull_number', is: '=', value } as const]
      return await listItems(asking, reviews, { where, order: ['submitted_at', 'id'] })
    },
  },
  {
    path: 'repos/:owner/:repo/pulls/:pull/reviews/:number',
    teaches: { kind: 'review', under: 'pull' },
    inRepository: (asking) => showItem(asking, reviews, { column: 'id', value: numberIn(asking.params) }),
  },
  {
    path: 'repos/:owner/:repo/pulls/:number/comments',
    teaches: { kind: 'review_comment' },
    async inRepository(asking) {
      const value = numberIn(asking.params)
      if (value === null || !(await findPull(asking))) return null
      return await listComments(asking, [{ column: 'pull_number', is: '=', value }])
    },
  },
  {
    path: 'repos/:owner/:repo/pulls/comments',
    teaches: { kind: 'review_comment' },
    inRepository: (asking) => listComments(asking, []),
  },
  {
    path: 'repos/:owner/:repo/pulls/comments/:number',
    teaches: { kind: 'review_comment' },
    inRepository: (asking) => showItem(asking, comments, { column: 'id', value: numberIn(asking.params) }),
  },
]

interface Requested {
  requested_reviewers?: object[]
  requested_teams?: object[]
}

/** The row of the pull request that the address names. */
async function findPull({ db, repository, params, settle }: AskingRepository) {
  const value = numberIn(params)
  if (value === null) return undefined
  const where = [{ column: 'number', is: '=', value } as const]
  const one = { order: ['number'], direction: 'asc', limit: 1, offset: 0 } as const
  const [row] = await listToldItems(db, pulls, { repositoryId: repository.id, where, ...one })
  if (row) await settle({ kind: pulls }, [row])
  return row as { state: string } | undefined
}

async function listComments(asking: AskingRepository, where: NonNullable<ReturnType<typeof conditionsOf>>) {
  const { query } = asking
  const since = sinceOf(query)
  const sort = oneOf(['created', 'updated'], query.get('sort'), 'created')
  // GitHub does not say which direction goes with `sort` alone.
  if (!since || !sort || query.has('sort') !== query.has('direction')) return null
  const direction = query.get('direction') === 'desc' ? 'desc' : 'asc'
  const order = sort === 'created' ? ['id'] : ['updated_at', 'id']
  return await listItems(asking, comments, { where: [...where, ...since], order, direction })
}
