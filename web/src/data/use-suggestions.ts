import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { isSearchWord, type SearchType, searchWords } from '../../../contract/search/words.ts'
import { searchValuesQuery } from './search-queries.ts'
import { isAsked, putValue, type Suggestion, suggestValues, suggestWords, type Writing } from './suggest.ts'

/** So many are shown: who wants another writes a letter more. */
const most = 8

/** What may come next in a query, as it is being written. */
export function useSuggestions(
  writing: Writing | null,
  type: SearchType,
  repository: string | null,
): Suggestion[] {
  const late = useDeferredValue(writing)
  const known = late?.word && isSearchWord(late.word) ? searchWords[late.word].values : null
  const of = known !== null && isAsked(known) ? known : null
  const asked = useQuery(searchValuesQuery(of, late?.text ?? '', repository)).data ?? []
  if (!writing) return []
  if (writing.word === null) return suggestWords(writing, type).slice(0, most)
  const { word, negated, text } = writing
  const values = suggestValues(writing, type)
  if (values) return values.slice(0, most)
  const me = of === 'person' && '@me'.startsWith(text.toLowerCase()) ? [{ value: '@me', detail: null }] : []
  return [...me, ...asked].slice(0, most).map(({ value }) => ({
    put: putValue(word, value, negated),
    label: value,
    detail: value === '@me' ? 'you' : null,
  }))
}
