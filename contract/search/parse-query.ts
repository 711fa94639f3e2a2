import type { FilterTerm, ParsedQuery, QueryNode, QueryProblem, Term } from './query-tree.ts'
import { isSearchWord, nearestWord } from './words.ts'

/** A query is at most so long, in characters and in terms: what is beyond is not read. */
export const longestQuery = 500
export const mostTerms = 40
/** As deep as on GitHub: what stands in deeper brackets is not looked at. */
const deepestBrackets = 5

/**
 * Reads a search in GitHub's words: free text, "phrases", `word:value`, `-` or `NOT` before what must not be, `AND`,
 * `OR` and brackets. Pure, and one pass over the text. What it does not understand it takes as free text and says so.
 * https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax
 * https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/filtering-and-searching-issues-and-pull-requests#building-advanced-filters-for-issues
 */
export function parseQuery(whole: string): ParsedQuery {
  const text = whole.slice(0, longestQuery)
  const terms: Term[] = []
  const problems: QueryProblem[] = []
  const tell = (from: number, to: number, message: string, instead?: string) =>
    problems.push({ from, to, message, ...(instead !== undefined && { instead }) })
  let at = 0

  const root = readAlternatives(0)
  if (whole.length > longestQuery) {
    tell(
      longestQuery,
      whole.length,
      `A search has at most ${longestQuery} characters; the rest is not looked at.`,
    )
  }
  return { root, terms, problems }

  /** What stands within brackets, or all of the text: parts that must all hold, `OR` between several such. */
  function readAlternatives(depth: number, opened = 0): Sequence {
    const alternatives: QueryNode[] = []
    let parts: Joined[] = []
    /** An operator after which nothing has come yet. */
    let waiting: Operator | null = null
    for (;;) {
      while (at < text.length && isSpace(text[at]!)) at++
      if (at >= text.length) {
        if (depth > 0) tell(opened, text.length, 'A bracket is not closed.')
        break
      }
      if (depth > 0 && text[at] === ')') {
        at++
        break
      }
      if (terms.length === mostTerms) {
        tell(at, text.length, `A search has at most ${mostTerms} terms; the rest is not looked at.`)
        at = text.length
        break
      }
      const operator = readOperator()
      if (operator) {
        if (waiting || parts.length === 0) tellStray(operator)
        else if (operator.word === 'OR') {
          alternatives.push(joinParts(parts))
          parts = []
        }
        if (!waiting && (parts.length > 0 || alternatives.length > 0)) waiting = operator
        continue
      }
      const node = readOperand(depth)
      if (!node) continue
      parts.push({ node, isAfterAnd: waiting?.word === 'AND' })
      waiting = null
    }
    if (waiting) tellStray(waiting)
    if (parts.length > 0) alternatives.push(joinParts(parts))
    const [only] = alternatives
    if (alternatives.length > 1) return { kind: 'all', parts: [{ kind: 'any', parts: alternatives }] }
    return !only ? { kind: 'all', parts: [] } : only.kind === 'all' ? only : { kind: 'all', parts: [only] }
  }

  /** A term, or what stands in brackets; null where there is nothing that counts. */
  function readOperand(depth: number): QueryNode | null {
    const from = at
    const not = /^NOT(?=[\s(]|$)/.exec(text.slice(at, at + 4))
    if (not) {
      at += not[0].length
      while (at < text.length && isSpace(text[at]!)) at++
      if (at >= text.length || text[at] === ')' || /^(AND|OR)(?=\s|$)/.test(text.slice(at, at + 4))) {
        tell(from, from + 3, '“NOT” stands before what must not be.')
        return null
      }
      const part = readOperand(depth)
      return part && { kind: 'not', part }
    }
    const minus = text[at] === '-' ? 1 : 0
    if (text[at + minus] !== '(') return readTerm(depth)
    const opened = at + minus
    at = opened + 1
    const [known, told] = [terms.length, problems.length]
    const inner = readAlternatives(depth + 1, opened)
    if (depth === deepestBrackets) {
      terms.length = known
      problems.length = told
      tell(from, at, `Brackets stand at most ${deepestBrackets} deep; what is in these is not looked at.`)
      return null
    }
    if (inner.parts.length === 0) return null
    return minus ? { kind: 'not', part: inner } : inner
  }

  function readOperator(): Operator | null {
    const [word] = /^(AND|OR)(?=[\s()]|$)/.exec(text.slice(at, at + 4)) ?? []
    if (!word) return null
    at += word.length
    return { word: word as Operator['word'], from: at - word.length, to: at }
  }

  function tellStray({ word, from, to }: Operator): void {
    tell(from, to, `“${word}” stands between two things. In quotes it is looked for as text.`)
  }

  function readTerm(depth: number): Term | null {
    const from = at
    const negated = text[at] === '-' && at + 1 < text.length && !isSpace(text[at + 1]!)
    if (negated) at++
    const name = /^[a-z][a-z-]*(?=:)/i.exec(text.slice(at, at + longestName))?.[0]
    if (name) {
      const before = at
      at += name.length + 1
      const word = name.toLowerCase()
      const values = readValues(depth)
      if (isSearchWord(word)) {
        if (values.length > 0) return keep({ kind: 'filter', word, values, negated, from, to: at })
        tell(from, at, `“${word}:” says nothing without a value.`)
        return null
      }
      const written = text.slice(before, at)
      // `fix: a thing` and addresses are plain text to everybody.
      if (values.length > 0 && !written.slice(name.length + 1).startsWith('//')) {
        const near = nearestWord(word)
        tell(
          from,
          at,
          `“${word}:” is no word of the search${near ? `; did you mean “${near}:”?` : '.'} It is looked for as text.`,
          near ? `${negated ? '-' : ''}${near}:${written.slice(name.length + 1)}` : undefined,
        )
      }
      const said = written.replaceAll('"', ' ')
      return keep({ kind: 'text', text: said, phrase: true, negated, from, to: at })
    }
    const phrase = text[at] === '"'
    const said = phrase ? readQuoted() : readPlain(depth, '"')
    return said.trim() === '' ? null : keep({ kind: 'text', text: said, phrase, negated, from, to: at })
  }

  function keep<Kept extends Term>(term: Kept): Kept {
    terms.push(term)
    return term
  }

  /** Values with commas between, each perhaps in quotes. */
  function readValues(depth: number): string[] {
    const values: string[] = []
    for (;;) {
      const value = text[at] === '"' ? readQuoted() : readPlain(depth, ',')
      if (value !== '') values.push(value)
      if (text[at] !== ',') break
      at++
    }
    // What clings to a closing quote belongs to nothing.
    readPlain(depth, '')
    return values
  }

  function readQuoted(): string {
    const from = at
    const end = text.indexOf('"', at + 1)
    at = end < 0 ? text.length : end + 1
    if (end < 0) tell(from, at, 'A quotation mark is not closed.')
    return text.slice(from + 1, end < 0 ? at : end)
  }

  /** Up to a space, to `end`, or to the bracket that closes what this stands in: `read()` has brackets of its own. */
  function readPlain(depth: number, end: string): string {
    const from = at
    let own = 0
    while (at < text.length && !isSpace(text[at]!) && text[at] !== end) {
      if (text[at] === '(') own++
      else if (text[at] === ')' && own-- === 0 && depth > 0) break
      at++
    }
    return text.slice(from, at)
  }
}

type Sequence = ParsedQuery['root']
type Joined = { node: QueryNode; isAfterAnd: boolean }
type Operator = { word: 'AND' | 'OR'; from: number; to: number }

/** Of owners and repositories with nothing between them any will do, as on GitHub; all else must hold together. */
function joinParts(joined: readonly Joined[]): Sequence {
  const isOwned = ({ node, isAfterAnd }: Joined, index: number) =>
    !isAfterAnd && !joined[index + 1]?.isAfterAnd && isOwner(node)
  const owned = joined.filter(isOwned).map(({ node }) => node)
  if (owned.length < 2) return { kind: 'all', parts: joined.map(({ node }) => node) }
  const rest = joined.filter((part, index) => !isOwned(part, index)).map(({ node }) => node)
  return { kind: 'all', parts: [...rest, { kind: 'any', parts: owned }] }
}

function isOwner(node: QueryNode): node is FilterTerm {
  return node.kind === 'filter' && !node.negated && ['repo', 'org', 'user'].includes(node.word)
}

/** Writes a value as `parseQuery` reads it back. */
export function writeValue(value: string): string {
  const safe = value.replaceAll('"', '')
  return /[\s,()]/.test(safe) || safe === '' ? `"${safe}"` : safe
}

const longestName = 30
const isSpace = (character: string) => /\s/.test(character)
