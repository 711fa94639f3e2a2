import type { Range } from '../../../contract/search/ranges.ts'
import type { Match } from './match.ts'

/** Something that a search asks of a thing, one by one: in the index, of its row, or of its repository. */
export type Asked =
  | MatchLeaf
  | RepositoryCondition
  | { states: readonly string[] }
  | { entry: EntryColumn; ranges: readonly Range[] }
  | { row: 'closed_at' | 'merged_at'; ranges: readonly Range[] }
  | { review: 'none' | 'approved' | 'changes_requested' }
  | { checks: 'pending' | 'success' | 'failure' }
  | { reviewedBy: readonly string[] }
  /** A comment on it is so. */
  | { comment: Match }
  /** A pull request says that it closes the issue, or the pull request closes one. */
  | { linked: 'pr' | 'issue' }

/** `pushed_at` is of repositories alone. */
export type EntryColumn =
  | 'created_at'
  | 'updated_at'
  | 'pushed_at'
  | 'comments'
  | 'reactions'
  | 'interactions'

type MatchLeaf = Extract<Match, { fact: string } | { words: readonly string[] }>

/** What a repository must be, for what is in it to be looked at. */
export interface RepositoryCondition {
  repository: 'full_name_key' | 'owner' | 'private' | 'archived' | 'fork' | 'language' | 'topics'
  values: readonly (string | number)[]
}

/** What all must hold, any, or not; all of nothing holds always, any of nothing never. */
export type Tree<Leaf> =
  | Leaf
  | { all: readonly Tree<Leaf>[] }
  | { any: readonly Tree<Leaf>[] }
  | { not: Tree<Leaf> }
export type Condition = Tree<Asked>

/** Holds of everything, and of nothing. */
export const always: Condition = { all: [] }
export const never: Condition = { any: [] }

/** The condition that holds where this one does not; `negated` false: the same. */
export function negate<Leaf extends object>(condition: Tree<Leaf>, negated = true): Tree<Leaf> {
  return negated ? { not: condition } : condition
}

/** The condition as one of the index alone; null where it asks for anything else. */
export function asMatch(condition: Condition): Match | null {
  if ('all' in condition || 'any' in condition) {
    const parts = 'all' in condition ? condition.all : condition.any
    const matches = parts.map(asMatch)
    if (parts.length === 0 || matches.includes(null)) return null
    return 'all' in condition ? { all: matches as Match[] } : { any: matches as Match[] }
  }
  if ('not' in condition) {
    const match = asMatch(condition.not)
    return match && { not: match }
  }
  return 'fact' in condition || 'words' in condition ? condition : null
}

/** What must be in the index wherever the condition holds, so that the index can find it; null: nothing certain. */
export function impliedMatch(condition: Condition): Match | null {
  const whole = asMatch(condition)
  if (whole) return whole
  if ('all' in condition) {
    const found = condition.all.flatMap((part) => impliedMatch(part) ?? [])
    return found.length > 0 ? { all: found } : null
  }
  if ('any' in condition) {
    const found = condition.any.map(impliedMatch)
    return found.length === 0 || found.includes(null) ? null : { any: found as Match[] }
  }
  return null
}

/** Whether it asks for the repository alone. */
export function isOfRepository(condition: Condition): condition is Tree<RepositoryCondition> {
  if ('all' in condition) return condition.all.every(isOfRepository)
  if ('any' in condition) return condition.any.every(isOfRepository)
  if ('not' in condition) return isOfRepository(condition.not)
  return 'repository' in condition
}
