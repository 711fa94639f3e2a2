import type { Condition } from '../../store/told-items.ts'

/** A number in an address; null for what is none that the mirror could hold. */
export function numberIn(params: Readonly<Record<string, string>>): number | null {
  return /^\d{1,15}$/.test(params.number ?? '') ? Number(params.number) : null
}

/** One of GitHub's words; undefined for another, which GitHub refuses with its own words. */
export function oneOf<Word extends string>(
  words: readonly Word[],
  given: string | null,
  otherwise: Word,
): Word | undefined {
  return given === null ? otherwise : words.find((word) => word === given)
}

/** `since` as a condition; null for a time that is none. */
export function sinceOf(query: URLSearchParams): Condition[] | null {
  const since = query.get('since')
  if (since === null) return []
  const at = Date.parse(since)
  return Number.isNaN(at) ? null : [{ column: 'updated_at', is: '>=', value: at }]
}

/** What is asked for by words that stand in columns as they are; null where something else is asked for, too. */
export function conditionsOf(
  query: URLSearchParams,
  columns: Readonly<Record<string, string>>,
): Condition[] | null {
  const conditions: Condition[] = []
  for (const [name, value] of query) {
    if (name === 'page' || name === 'per_page') continue
    const column = columns[name]
    if (column === undefined) return null
    conditions.push({ column, is: '=', value })
  }
  return conditions
}
