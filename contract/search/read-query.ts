import { type ParsedQuery, parseQuery, type QueryProblem, type TextTerm } from './parse-query.ts'
import { readNumberRange, readTimeRange } from './ranges.ts'
import { type SearchType, type SearchWordName, searchWords, wordsFor } from './words.ts'

/** One `word:value,value` that its list understands. */
export interface SearchFilter {
  word: SearchWordName
  /** One of these; in lower case but for times. */
  values: string[]
  negated: boolean
}

export interface SearchSort {
  by: 'created' | 'updated'
  direction: 'asc' | 'desc'
}

/** A query as a list understands it. */
export interface SearchQuery {
  text: TextTerm[]
  filters: SearchFilter[]
  /** null: as the list is ordered otherwise, or by what fits best. */
  sort: SearchSort | null
  problems: QueryProblem[]
}

/** Reads a query for one type: what it cannot be narrowed by is told as a problem, and passed over. */
export function readQuery(text: string, type: SearchType): SearchQuery {
  const { terms, problems } = parseQuery(text)
  const query: SearchQuery = { text: [], filters: [], sort: null, problems: [...problems] }
  const known = new Set(wordsFor(type))
  for (const term of terms) {
    if (term.kind === 'text') {
      query.text.push(term)
      continue
    }
    const name = term.word as SearchWordName
    const tell = (message: string) => query.problems.push({ from: term.from, to: term.to, message })
    if (!known.has(name)) {
      tell(`“${name}:” does not narrow ${plural[type]}.`)
      continue
    }
    if (name === 'sort') {
      query.sort = readSort(term.values[0]!)
      if (!query.sort && term.values[0] !== 'best-match') {
        tell(oddValue(name, term.values[0]!))
      }
      continue
    }
    const values = term.values.map((value) => value.toLowerCase())
    const odd = values.find((value) => !isValue(name, value))
    if (odd !== undefined) tell(oddValue(name, odd))
    const right = values.filter((value) => isValue(name, value))
    if (right.length > 0) query.filters.push({ word: name, values: right, negated: term.negated })
  }
  return query
}

/** What a query says it is about: `is:issue`, `is:pr`; null where it does not. */
export function typeOf({ terms }: ParsedQuery): SearchType | null {
  for (const term of terms) {
    if (term.kind !== 'filter' || term.word !== 'is' || term.negated) continue
    if (term.values.includes('issue')) return 'issues'
    if (term.values.includes('pr')) return 'pulls'
  }
  return null
}

const plural: Record<SearchType, string> = {
  repositories: 'repositories',
  issues: 'issues',
  pulls: 'pull requests',
  comments: 'comments',
  commits: 'commits',
  actions_runs: 'Actions runs',
  workflows: 'workflows',
  people: 'people',
}

function readSort(value: string): SearchSort | null {
  const [, by, direction] = /^(created|updated)(?:-(asc|desc))?$/.exec(value.toLowerCase()) ?? []
  return by ? { by: by as SearchSort['by'], direction: direction === 'asc' ? 'asc' : 'desc' } : null
}

function isValue(name: SearchWordName, value: string): boolean {
  const { values } = searchWords[name]
  if (values === 'time') return readTimeRange(value, 0) !== null
  if (values === 'number') return readNumberRange(value) !== null
  return typeof values === 'string' || (values as readonly string[]).includes(value)
}

function oddValue(name: SearchWordName, value: string): string {
  const { values } = searchWords[name]
  if (values === 'time')
    return `“${value}” is no time. Write 2026-01-31, >2026-01-31, 2026-01-01..2026-01-31 or >@today-7d.`
  if (values === 'number') return `“${value}” is no number. Write 3, >3 or 3..5.`
  return `“${name}:${value}” says nothing. There are ${(values as readonly string[]).join(', ')}.`
}
