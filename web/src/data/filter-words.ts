import type { StateSearch } from '../search.ts'

/**
 * Reads GitHub's search words: `is:open label:bug label:"good first issue" sort:updated-desc`.
 * `byLabel`: whether the list can be narrowed by labels.
 */
export function readFilter(text: string, byLabel: boolean): { search: StateSearch; unknown: string[] } {
  const search: StateSearch = { state: 'all' }
  const labels: string[] = []
  const unknown: string[] = []
  for (const [word] of text.matchAll(/[a-z]+:"[^"]*"|\S+/gi)) {
    const [, name, value] = /^([a-z]+):"?([^"]+)"?$/i.exec(word) ?? []
    const [sort, direction] = value?.split('-') ?? []
    if ((name === 'is' || name === 'state') && (value === 'open' || value === 'closed')) search.state = value
    else if (name === 'label' && value && byLabel) labels.push(value)
    else if (name === 'sort' && (sort === 'created' || sort === 'updated')) {
      search.sort = sort
      search.direction = direction === 'asc' ? 'asc' : 'desc'
    } else unknown.push(word)
  }
  if (labels.length > 0) search.labels = labels.join(',')
  return { search, unknown }
}

/** The words that say what a list shows; `readFilter` reads them back. */
export function writeFilter({ state = 'open', sort, direction, labels }: StateSearch): string {
  const words = state === 'all' ? [] : [`is:${state}`]
  for (const label of labels?.split(',') ?? []) {
    words.push(label.includes(' ') ? `label:"${label}"` : `label:${label}`)
  }
  if (sort) words.push(`sort:${sort}-${direction ?? 'desc'}`)
  return words.join(' ')
}
