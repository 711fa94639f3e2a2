import type { SearchType } from '../../../contract/search/words.ts'

/** The mirrored kinds that have an index of words, by what people search for. */
export const kindOfType = {
  issues: 'issue',
  pulls: 'pull_request',
  comments: 'comment',
  commits: 'commit',
  actions_runs: 'actions_run',
} as const satisfies Partial<Record<SearchType, string>>

export type IndexedType = keyof typeof kindOfType
