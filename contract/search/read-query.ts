import { parseQuery } from './parse-query.ts'
import { loneFilters, type ParsedQuery, type QueryProblem, type TextTerm, type Tree } from './query-tree.ts'
import { readNumberRange, readTimeRange } from './ranges.ts'
import { type SearchType, type SearchWordName, searchWords, wordsFor } from './words.ts'

/** One `word:value,value` that its list understands. */
export interface SearchFilter {
  kind: 'filter'
  word: SearchWordName
  /** One of these; in lower case but for times. */
  values: string[]
  negated: boolean
}

/** Words of the text; `isLast`: those that are perhaps still being typed. */
export interface SearchText extends TextTerm {
  isLast: boolean
}

export type SearchNode = Tree<SearchText | SearchFilter>

const sortKeys = ['created', 'updated', 'comments', 'reactions', 'interactions'] as const
export interface SearchSort {
  by: (typeof sortKeys)[number]
  direction: 'asc' | 'desc'
}

/** A query as a list understands it. */
export interface SearchQuery {
  /** What must all hold. */
  parts: SearchNode[]
  /** null: as the list is ordered otherwise, or by what fits best. */
  sort: SearchSort | null
  problems: QueryProblem[]
}

/** Reads a query for one type: what it cannot be narrowed by is told as a problem, and passed over. */
export function readQuery(text: string, type: SearchType): SearchQuery {
  const { root, terms, problems } = parseQuery(text)
  const query: SearchQuery = { parts: [], sort: null, problems: [...problems] }
  const known = new Set(wordsFor(type))
  const last = terms.findLast(({ kind }) => kind === 'text')
  query.parts = root.parts.flatMap((part) => read(part) ?? [])
  return query

  /** null: it says nothing of this type. */
  function read(node: ParsedQuery['root']['parts'][number]): SearchNode | null {
    if (node.kind === 'text') return { ...node, isLast: node === last }
    if (node.kind === 'not') {
      const part = read(node.part)
      return part && { kind: 'not', part }
    }
    if (node.kind !== 'filter') {
      const parts = node.parts.flatMap((part) => read(part) ?? [])
      return parts.length === 0 ? null : { kind: node.kind, parts }
    }
    const { from, to, negated } = node
    const name = node.word as SearchWordName
    const tell = (message: string) => query.problems.push({ from, to, message })
    if (!known.has(name)) {
      tell(`“${name}:” does not narrow ${plural[type]}.`)
      return null
    }
    if (name === 'sort') {
      query.sort = readSort(node.values[0]!, type)
      if (!query.sort && node.values[0] !== 'best-match') tell(oddValue(name, node.values[0]!))
      return null
    }
    const values = node.values.map((value) => toValue(name, value))
    const odd = values.find((value) => !isValue(name, value))
    if (odd !== undefined) tell(oddValue(name, odd))
    const right = values.filter((value) => isValue(name, value))
    return right.length > 0 ? { kind: 'filter', word: name, values: right, negated } : null
  }
}

/** The filters that must hold for themselves; null where there is anything else, words or brackets. */
export function onlyFilters({ parts }: SearchQuery): SearchFilter[] | null {
  const filters = parts.filter((part) => part.kind === 'filter')
  return filters.length === parts.length ? filters : null
}

/** What a query says it is about: `is:issue`, `type:pr`; null where it does not. */
export function typeOf(query: ParsedQuery): SearchType | null {
  for (const { word, values, negated } of loneFilters(query)) {
    if ((word !== 'is' && word !== 'type') || negated) continue
    const named = values.map((value) => value.toLowerCase())
    if (named.includes('issue')) return 'issues'
    if (named.includes('pr')) return 'pulls'
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

function readSort(value: string, type: SearchType): SearchSort | null {
  const [, name, direction] = /^([a-z]+)(?:-(asc|desc))?$/.exec(value.toLowerCase()) ?? []
  const by = sortKeys.find((key) => key === name)
  const isCounted = by !== 'created' && by !== 'updated'
  if (!by || (isCounted && type !== 'issues' && type !== 'pulls')) return null
  return { by, direction: direction === 'asc' ? 'asc' : 'desc' }
}

/** GitHub writes `reason:"not planned"`, too. */
function toValue(name: SearchWordName, value: string): string {
  const text = value.toLowerCase()
  return typeof searchWords[name].values === 'string' ? text : text.replaceAll(' ', '_')
}

function isValue(name: SearchWordName, value: string): boolean {
  const { values } = searchWords[name]
  if (values === 'time') return readTimeRange(value, 0) !== null
  if (values === 'number') return readNumberRange(value) !== null
  if (values === 'sha') return /^[0-9a-f]{7,64}$/.test(value)
  return typeof values === 'string' || (values as readonly string[]).includes(value)
}

function oddValue(name: SearchWordName, value: string): string {
  const { values } = searchWords[name]
  if (values === 'time')
    return `“${value}” is no time. Write 2026-01-31, >2026-01-31, 2026-01-01..2026-01-31 or >@today-7d.`
  if (values === 'number') return `“${value}” is no number. Write 3, >3 or 3..5.`
  if (values === 'sha') return `“${value}” is no beginning of a SHA: at least seven of its characters.`
  return `“${name}:${value}” says nothing. There are ${(values as readonly string[]).join(', ')}.`
}
