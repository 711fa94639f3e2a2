import { comment } from '../../../mirror/comment.ts'
import type { Kind } from '../../../mirror/kind.ts'
import { label } from '../../../mirror/label.ts'
import { milestone } from '../../../mirror/milestone.ts'
import { numberIn, oneOf, sinceOf } from '../filters.ts'
import { listItems, showItem } from '../list-items.ts'
import type { Served } from '../served.ts'

const comments: Kind<object> = comment
const labels: Kind<object> = label
const milestones: Kind<object> = milestone

/** What belongs to issues. https://docs.github.com/en/rest/issues */
export const issueParts: readonly Served[] = [
  {
    path: 'repos/:owner/:repo/issues/:number/comments',
    teaches: { kind: 'comment' },
    async inRepository(asking) {
      const number = numberIn(asking.params)
      const since = sinceOf(asking.query)
      if (number === null || !since) return null
      const where = [{ column: 'issue_number', is: '=', value: number } as const, ...since]
      return await listItems(asking, comments, { where, order: ['created_at', 'id'] })
    },
  },
  {
    path: 'repos/:owner/:repo/issues/comments',
    teaches: { kind: 'comment' },
    async inRepository(asking) {
      const { query } = asking
      const since = sinceOf(query)
      const sort = oneOf(['created', 'updated'], query.get('sort'), 'created')
      // GitHub does not say which direction goes with `sort` alone.
      if (!since || !sort || query.has('sort') !== query.has('direction')) return null
      const direction = query.get('direction') === 'desc' ? 'desc' : 'asc'
      return await listItems(asking, comments, { where: since, order: [`${sort}_at`, 'id'], direction })
    },
  },
  {
    path: 'repos/:owner/:repo/issues/comments/:number',
    teaches: { kind: 'comment' },
    inRepository: (asking) => showItem(asking, comments, { column: 'id', value: numberIn(asking.params) }),
  },
  {
    path: 'repos/:owner/:repo/labels',
    teaches: { kind: 'label' },
    inRepository: (asking) => listItems(asking, labels, { order: ['name'] }),
  },
  {
    path: 'repos/:owner/:repo/labels/:name',
    teaches: { kind: 'label' },
    inRepository: (asking) => showItem(asking, labels, { column: 'name', value: asking.params.name ?? null }),
  },
  {
    path: 'repos/:owner/:repo/milestones',
    teaches: { kind: 'milestone' },
    async inRepository(asking) {
      const { query } = asking
      const state = oneOf(['open', 'closed', 'all'], query.get('state'), 'open')
      if (!state || (query.get('sort') ?? 'due_on') !== 'due_on') return null
      const direction = query.get('direction') === 'desc' ? 'desc' : 'asc'
      const where = state === 'all' ? [] : [{ column: 'state', is: '=', value: state } as const]
      return await listItems(asking, milestones, { where, order: ['due_on', 'number'], direction })
    },
  },
  {
    path: 'repos/:owner/:repo/milestones/:number',
    teaches: { kind: 'milestone' },
    inRepository: (asking) =>
      showItem(asking, milestones, { column: 'number', value: numberIn(asking.params) }),
  },
]
