import type { Range } from '../../../contract/search/ranges.ts'
import { readQuery } from '../../../contract/search/read-query.ts'
import { planSearch, type RepositoryCondition } from './plan-search.ts'

/** How a search for repositories is answered: they are few once rights are known, and have no index of words. */
export interface RepositoriesPlan {
  /** Texts that each must be found somewhere. */
  words: string[]
  conditions: readonly RepositoryCondition[]
  times: { column: 'created_at' | 'updated_at'; ranges: readonly Range[]; negated: boolean }[]
  sort?: 'created' | 'updated'
  direction?: 'asc' | 'desc'
}

/** Plans a search for repositories. Pure. */
export function planRepositories(
  q: string,
  { login, now }: { login: string; now: number },
): RepositoriesPlan {
  const query = readQuery(q, 'repositories')
  const { repositories, created, updated } = planSearch(query, { kind: 'repository', login, now })
  return {
    words: query.text.flatMap(({ text, phrase, negated }) =>
      negated ? [] : phrase ? [text.trim()] : text.split(/\s+/).filter(Boolean),
    ),
    conditions: repositories,
    times: [
      ...created.map((times) => ({ column: 'created_at' as const, ...times })),
      ...updated.map((times) => ({ column: 'updated_at' as const, ...times })),
    ],
    ...(query.sort && { sort: query.sort.by, direction: query.sort.direction }),
  }
}
