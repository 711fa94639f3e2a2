import { writeValue } from '../../../contract/search/parse-query.ts'
import {
  isSearchWord,
  type SearchType,
  searchWords,
  type ValuesOf,
  wordsFor,
} from '../../../contract/search/words.ts'

/** The part of a query that is being written: from where it begins to where the caret is. */
export interface Writing {
  from: number
  to: number
  negated: boolean
  /** The word, once its colon is there. */
  word: string | null
  /** What is written of the word, or of its value. */
  text: string
}

/** What is being written at a place of a query. */
export function writingAt(query: string, caret: number): Writing {
  let from = 0
  let quoted = false
  for (let index = 0; index < caret; index++) {
    if (query[index] === '"') quoted = !quoted
    else if (!quoted && /\s/.test(query[index]!)) from = index + 1
    // A bracket opens before a word, or behind the minus of one.
    else if (!quoted && query[index] === '(' && /^-?$/.test(query.slice(from, index))) from = index + 1
  }
  const part = query.slice(from, caret)
  const negated = part.startsWith('-')
  const [, word, value] = /^-?([a-z-]+):(.*)$/is.exec(part) ?? []
  if (word === undefined) return { from, to: caret, negated, word: null, text: part.replace(/^-/, '') }
  return { from, to: caret, negated, word: word.toLowerCase(), text: value!.replaceAll('"', '') }
}

/** Something that may be put in the place of what is being written. */
export interface Suggestion {
  /** What is put: a word with its colon, or a word with a value and a space behind. */
  put: string
  label: string
  detail: string | null
}

/** The words that begin so. */
export function suggestWords({ text, negated }: Writing, type: SearchType): Suggestion[] {
  const begun = text.toLowerCase()
  return wordsFor(type)
    .filter((word) => word.startsWith(begun))
    .map((word) => ({
      put: `${negated ? '-' : ''}${word}:`,
      label: `${word}:`,
      detail: searchWords[word].means,
    }))
}

/** The values of a word that has a few; null: the hub knows them. */
export function suggestValues({ word, text, negated }: Writing, type: SearchType): Suggestion[] | null {
  if (word === null || !isSearchWord(word)) return []
  const { values } = searchWords[word]
  if (typeof values === 'string')
    return values === 'time' ? timesFor(word, text, negated) : isAsked(values) ? null : []
  return fitting(values, type)
    .filter((value) => value.startsWith(text.toLowerCase()))
    .map((value) => ({ put: putValue(word, value, negated), label: value, detail: null }))
}

/** Sorts of values that the hub is asked for. */
export type AskedValues = 'person' | 'label' | 'milestone' | 'repository' | 'branch'
export function isAsked(values: ValuesOf | readonly string[]): values is AskedValues {
  return ['person', 'label', 'milestone', 'repository', 'branch'].includes(values as string)
}

export function putValue(word: string, value: string, negated: boolean): string {
  return `${negated ? '-' : ''}${word}:${writeValue(value)} `
}

/** `is:` has values for every sort of thing: those of runs say nothing of issues. */
function fitting(values: readonly string[], type: SearchType): readonly string[] {
  const runs = [
    'queued',
    'in_progress',
    'completed',
    'success',
    'failure',
    'cancelled',
    'skipped',
    'timed_out',
  ]
  const pulls = ['merged', 'unmerged', 'draft']
  if (values.includes('pending')) {
    const checks = ['pending', 'success', 'failure']
    return values.filter((value) => (type === 'pulls' ? checks.includes(value) : value !== 'pending'))
  }
  if (type === 'actions_runs')
    return values.filter((value) => runs.includes(value) || !values.includes('open'))
  return values.filter((value) => !runs.includes(value) && (type === 'pulls' || !pulls.includes(value)))
}

function timesFor(word: string, text: string, negated: boolean): Suggestion[] {
  return [
    { value: '>=@today', detail: 'today' },
    { value: '>=@today-7d', detail: 'in the last week' },
    { value: '>=@today-1m', detail: 'in the last month' },
    { value: '<@today-1y', detail: 'more than a year ago' },
  ]
    .filter(({ value }) => value.startsWith(text))
    .map(({ value, detail }) => ({ put: putValue(word, value, negated), label: value, detail }))
}
