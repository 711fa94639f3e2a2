import { Type } from 'typebox'
import { longestQuery } from '../../contract/search/parse-query.ts'
import { onlyFilters, readQuery, type SearchFilter } from '../../contract/search/read-query.ts'
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
  const asked = [
    ...(state && state !== 'all' ? [filter('state', state)] : []),
    ...(labels?.split(',').filter(Boolean) ?? []).map((label) => filter('label', label.toLowerCase())),
  ]
  query.parts.push(...asked)
  const filters = onlyFilters(query)
  const only = filters && stateOf(filters.filter((one) => !saysList(one, type)))
  if (type !== 'actions_runs' && only) {
    if (!order) return { state: only }
    const { by, direction } = order
    if (by === 'created' || by === 'updated') return { state: only, sort: by, direction }
  }
  const plan = planSearch(query, { kind: kindOfType[type], login: viewer.login, now })
  return { plan: { ...plan, sort: order } }
}

function filter(word: 'state' | 'label', value: string): SearchFilter {
  return { kind: 'filter', word, values: [value], negated: false }
}

/** `is:issue` in a list of issues: it only says which list is meant. */
function saysList({ word, values, negated }: SearchFilter, type: IndexedType): boolean {
  const own = type === 'issues' ? 'issue' : 'pr'
  return (word === 'is' || word === 'type') && !negated && values.every((value) => value === own)
}

/** The state, where filters say nothing else. */
function stateOf(filters: readonly SearchFilter[]): 'open' | 'closed' | 'all' | null {
  if (filters.length === 0) return 'all'
  const [first] = filters
  if (filters.length > 1 || !first || first.negated || (first.word !== 'is' && first.word !== 'state'))
    return null
  const [value] = first.values
  return first.values.length === 1 && (value === 'open' || value === 'closed') ? value : null
}
