import { parseQuery, writeValue } from '../../../contract/search/parse-query.ts'
import { type FilterTerm, loneFilters, type Term } from '../../../contract/search/query-tree.ts'
import { onlyFilters, readQuery, type SearchFilter } from '../../../contract/search/read-query.ts'
import type { SearchType } from '../../../contract/search/words.ts'
import type { Query } from './api.ts'

/** What lists of issues and pull requests show when nothing is asked for. */
export const usualFilter = 'is:open'

export type ListState = 'open' | 'closed' | 'all'

/**
 * What the hub is asked for: a query that is only about state, labels and order in the parameters of lists, which the
 * page can judge by itself when something changes; any other as it is written.
 */
export function listParams(q: string | undefined, type: SearchType): Query {
  const text = q ?? usualFilter
  const query = readQuery(text, type)
  const { sort, problems } = query
  const filters = onlyFilters(query)
  if (!filters || problems.length > 0 || (sort && !isTime(sort.by))) return { q: text }
  const labels = filters.filter(({ word }) => word === 'label')
  const rest = filters.filter(({ word }) => word !== 'label')
  const state = onlyState(rest)
  const isPlain =
    state !== null &&
    (type === 'issues' || labels.length === 0) &&
    labels.every(({ values, negated }) => !negated && values.length === 1 && !values[0]!.includes(','))
  if (!isPlain) return { q: text }
  return {
    state,
    ...(sort && { sort: sort.by, direction: sort.direction }),
    ...(labels.length > 0 && { labels: labels.map(({ values }) => values[0]).join(',') }),
  }
}

const isTime = (by: string) => by === 'created' || by === 'updated'

function onlyState(filters: readonly SearchFilter[]): ListState | null {
  const [first] = filters
  if (!first) return 'all'
  const [value] = first.values
  const isOne = filters.length === 1 && first.values.length === 1 && !first.negated
  return isOne && isStateWord(first.word) && (value === 'open' || value === 'closed') ? value : null
}

const isStateWord = (word: string) => word === 'is' || word === 'state'

/** The state that a query asks for, as the switch beside it shows it. */
export function stateOf(q: string | undefined): ListState {
  const said = loneFilters(parseQuery(q ?? usualFilter)).find(isStateTerm)
  const value = said?.values[0]?.toLowerCase()
  return value === 'open' || value === 'closed' ? value : 'all'
}

/** The same query, of another state. */
export function withState(q: string | undefined, state: ListState): string {
  const text = q ?? usualFilter
  const query = parseQuery(text)
  const rest = without(text, loneFilters(query).filter(isStateTerm))
  if (state === 'all') return rest
  // Beside an `OR` it would be one of two.
  const [only] = query.root.parts
  return `is:${state} ${query.root.parts.length === 1 && only?.kind === 'any' ? `(${rest})` : rest}`.trim()
}

function isStateTerm(term: Term): term is FilterTerm {
  if (term.kind !== 'filter' || term.negated || !isStateWord(term.word)) return false
  return term.values.length === 1 && ['open', 'closed'].includes(term.values[0]!.toLowerCase())
}

/** A query without some of its terms. */
export function without(text: string, terms: readonly Term[]): string {
  let rest = ''
  let at = 0
  for (const { from, to } of terms) {
    rest += text.slice(at, from)
    at = to
  }
  return (rest + text.slice(at)).replace(/\s+/g, ' ').trim()
}

/** A term as a chip says it. */
export function describeTerm(term: FilterTerm): string {
  return `${term.negated ? 'not ' : ''}${term.word}: ${term.values.join(' or ')}`
}

interface OlderSearch {
  state?: unknown
  sort?: unknown
  direction?: unknown
  labels?: unknown
}

/** The query of an address from before there was one: `?state=closed&labels=bug`. */
export function queryOfOlder({ state, sort, direction, labels }: OlderSearch): string | undefined {
  if (state === undefined && sort === undefined && labels === undefined) return undefined
  const words = state === 'all' ? [] : [`is:${state === 'closed' ? 'closed' : 'open'}`]
  for (const label of typeof labels === 'string' ? labels.split(',') : [])
    words.push(`label:${writeValue(label)}`)
  if (sort === 'created' || sort === 'updated')
    words.push(`sort:${sort}-${direction === 'asc' ? 'asc' : 'desc'}`)
  return words.join(' ')
}
