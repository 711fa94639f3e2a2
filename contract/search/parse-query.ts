import { isSearchWord, nearestWord } from './words.ts'

/** A query is at most so long, in characters and in terms: what is beyond is not read. */
export const longestQuery = 500
export const mostTerms = 40

interface Place {
  /** Where it stands in the text: from the first character to behind the last one. */
  from: number
  to: number
  /** `-label:bug`: what must not be. */
  negated: boolean
}

/** Words to be found in a text; as a phrase they stand side by side. */
export interface TextTerm extends Place {
  kind: 'text'
  text: string
  phrase: boolean
}

/** `label:bug,"good first issue"`: one of the values must hold. */
export interface FilterTerm extends Place {
  kind: 'filter'
  word: string
  values: string[]
}

export type Term = TextTerm | FilterTerm

/** What is odd about a query, and where. Everything else of it still counts. */
export interface QueryProblem {
  from: number
  to: number
  message: string
}

export interface ParsedQuery {
  terms: Term[]
  problems: QueryProblem[]
}

/**
 * Reads a search in GitHub's words: free text, "phrases", `word:value`, `-` before what must not be. Pure, and one pass
 * over the text. What it does not understand it takes as free text and says so.
 * https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax
 */
export function parseQuery(whole: string): ParsedQuery {
  const text = whole.slice(0, longestQuery)
  const terms: Term[] = []
  const problems: QueryProblem[] = []
  const tell = (from: number, to: number, message: string) => problems.push({ from, to, message })
  let at = 0

  while (at < text.length) {
    if (isSpace(text[at]!)) {
      at++
      continue
    }
    if (terms.length === mostTerms) {
      tell(at, text.length, `A search has at most ${mostTerms} terms; the rest is not looked at.`)
      break
    }
    readTerm()
  }
  if (whole.length > longestQuery) {
    tell(
      longestQuery,
      whole.length,
      `A search has at most ${longestQuery} characters; the rest is not looked at.`,
    )
  }
  return { terms, problems }

  function readTerm(): void {
    const from = at
    const negated = text[at] === '-' && at + 1 < text.length && !isSpace(text[at + 1]!)
    if (negated) at++
    const name = /^[a-z][a-z-]*(?=:)/i.exec(text.slice(at, at + longestName))?.[0]
    if (name) {
      const before = at
      at += name.length + 1
      const word = name.toLowerCase()
      const values = readValues()
      if (isSearchWord(word)) {
        if (values.length === 0) tell(from, at, `“${word}:” says nothing without a value.`)
        else terms.push({ kind: 'filter', word, values, negated, from, to: at })
        return
      }
      const written = text.slice(before, at)
      // `fix: a thing` and addresses are plain text to everybody.
      if (values.length > 0 && !written.slice(name.length + 1).startsWith('//')) {
        const near = nearestWord(word)
        tell(
          from,
          at,
          `“${word}:” is no word of the search${near ? `; did you mean “${near}:”?` : '.'} It is looked for as text.`,
        )
      }
      terms.push({ kind: 'text', text: written.replaceAll('"', ' '), phrase: true, negated, from, to: at })
      return
    }
    const phrase = text[at] === '"'
    const said = phrase ? readQuoted() : readPlain()
    if (said.trim() !== '') terms.push({ kind: 'text', text: said, phrase, negated, from, to: at })
  }

  /** Values with commas between, each perhaps in quotes. */
  function readValues(): string[] {
    const values: string[] = []
    for (;;) {
      let value: string
      if (text[at] === '"') value = readQuoted()
      else {
        const from = at
        while (at < text.length && !isSpace(text[at]!) && text[at] !== ',') at++
        value = text.slice(from, at)
      }
      if (value !== '') values.push(value)
      if (text[at] !== ',') break
      at++
    }
    // What clings to a closing quote belongs to nothing.
    while (at < text.length && !isSpace(text[at]!)) at++
    return values
  }

  function readQuoted(): string {
    const from = at
    const end = text.indexOf('"', at + 1)
    at = end < 0 ? text.length : end + 1
    if (end < 0) tell(from, at, 'A quotation mark is not closed.')
    return text.slice(from + 1, end < 0 ? at : end)
  }

  function readPlain(): string {
    const from = at
    while (at < text.length && !isSpace(text[at]!) && text[at] !== '"') at++
    return text.slice(from, at)
  }
}

/** Writes a value as `parseQuery` reads it back. */
export function writeValue(value: string): string {
  const safe = value.replaceAll('"', '')
  return /[\s,]/.test(safe) || safe === '' ? `"${safe}"` : safe
}

const longestName = 30
const isSpace = (character: string) => /\s/.test(character)
