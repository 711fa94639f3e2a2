import { Type } from 'typebox'
import { longestQuery } from '../../contract/search/parse-query.ts'
import { readQuery } from '../../contract/search/read-query.ts'
import type { Viewer } from '../domain/access.ts'
import { type IndexedType, kindOfType } from '../domain/search/kind-of-type.ts'
import { planSearch, type SearchPlan } from '../domain/search/plan-search.ts'

/** `?q=` of a list. */
export const SearchParameter = {
  q: Type.Optional(
    Type.String({
      maxLength: longestQuery,
      description:
        "GitHub's search words, as in `is:open label:bug author:@me crash`; see `GET /api/v1/search/words`",
    }),
  ),
}

interface Asked {
  query: {
    q?: string | undefined
    state?: 'open' | 'closed' | 'all' | undefined
    sort?: 'created' | 'updated' | undefined
    direction?: 'asc' | 'desc' | undefined
    labels?: string | undefined
  }
  viewer: Viewer
}

/**
 * What `?q=` asks of a list, together with the list's older parameters; nothing where there is none, and of one that
 * only names a state that state: a list has an index for it.
 */
export function searchOf(
  { query: { q, state, sort, direction, labels }, viewer }: Asked,
  { type, now }: { type: IndexedType; now: number },
): {
  plan?: SearchPlan
  state?: 'open' | 'closed' | 'all'
  sort?: 'created' | 'updated'
  direction?: 'asc' | 'desc'
} {
  if (q === undefined || q.trim() === '') return {}
  const query = readQuery(q, type)
  const order = query.sort ?? (sort ? { by: sort, direction: direction ?? ('desc' as const) } : null)
  if (state && state !== 'all') query.filters.push({ word: 'state', values: [state], negated: false })
  for (const label of labels?.split(',').filter(Boolean) ?? []) {
    query.filters.push({ word: 'label', values: [label.toLowerCase()], negated: false })
  }
  const only = stateOf(query.filters)
  if (type !== 'actions_runs' && query.text.length === 0 && only) {
    return { state: only, ...(order && { sort: order.by, direction: order.direction }) }
  }
  const plan = planSearch(query, { kind: kindOfType[type], login: viewer.login, now })
  return { plan: { ...plan, sort: order } }
}

/** The state, where filters say nothing else. */
function stateOf(filters: ReturnType<typeof readQuery>['filters']): 'open' | 'closed' | 'all' | null {
  const said = filters.filter(
    ({ word, values }) => word !== 'is' || values.some((value) => !selectors.has(value)),
  )
  if (said.length === 0) return 'all'
  const [first] = said
  if (said.length > 1 || !first || first.negated || (first.word !== 'is' && first.word !== 'state'))
    return null
  const [value] = first.values
  return first.values.length === 1 && (value === 'open' || value === 'closed') ? value : null
}

/** What only says which list is meant. */
const selectors = new Set(['issue', 'pr'])
