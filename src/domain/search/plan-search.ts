import type { SearchNode, SearchQuery, SearchSort, SearchText } from '../../../contract/search/read-query.ts'
import {
  always,
  asMatch,
  type Condition,
  impliedMatch,
  isOfRepository,
  negate,
  type RepositoryCondition,
  type Tree,
} from './condition.ts'
import type { Match } from './match.ts'
import { type Asking, readFilter } from './read-filter.ts'
import { wordsOf } from './text-words.ts'

/** How a query is answered: which repositories, what the index must hold, what else, and in which order. */
export interface SearchPlan {
  /** As in the index: `issue`, `pull_request`, … */
  kind: string
  repositories: readonly Tree<RepositoryCondition>[]
  match: Match
  /** Words of the text only, in the title only: what holds these is shown first. null: there are none. */
  title: Match | null
  /** What the index does not find by itself. */
  rest: readonly Condition[]
  sort: SearchSort | null
}

/** Plans how a query is answered. Pure. */
export function planSearch(query: SearchQuery, asking: Asking): SearchPlan {
  const repositories: Tree<RepositoryCondition>[] = []
  const matches: Match[] = [{ fact: asking.kind }]
  const rest: Condition[] = []
  for (const condition of conditionsOf(query, asking)) {
    if (isOfRepository(condition)) {
      repositories.push(condition)
      continue
    }
    const match = impliedMatch(condition)
    if (match) matches.push(match)
    if (!match || !asMatch(condition)) rest.push(condition)
  }
  return {
    kind: asking.kind,
    repositories,
    match: { all: matches },
    title: titleOf(matches),
    rest,
    sort: query.sort,
  }
}

/** What the parts of a query ask for, each of which must hold. */
function conditionsOf({ parts }: SearchQuery, asking: Asking): readonly Condition[] {
  const whole = fold({ kind: 'all', parts }, ['title', 'body'])
  return flat(whole)

  function fold(node: SearchNode, places: readonly Place[]): Condition {
    switch (node.kind) {
      case 'text':
        return textCondition(node, places)
      case 'filter':
        return node.word === 'in' ? always : readFilter(node, asking)
      case 'not':
        return negate(fold(node.part, places))
      case 'any':
        return { any: node.parts.map((part) => fold(part, places)) }
      case 'all': {
        // `in:` is said of the words beside it, and of those in brackets there.
        const own = node.parts.flatMap((part) =>
          part.kind === 'filter' && part.word === 'in' && !part.negated ? (part.values as Place[]) : [],
        )
        const within = own.length > 0 ? [...new Set(own)] : places
        return { all: node.parts.map((part) => fold(part, within)) }
      }
      default:
        return node satisfies never
    }
  }
}

/** What must hold together, one by one. */
function flat(condition: Condition): readonly Condition[] {
  return 'all' in condition ? condition.all.flatMap(flat) : [condition]
}

type Place = 'title' | 'body' | 'comments'

function textCondition({ text, phrase, negated, isLast }: SearchText, places: readonly Place[]): Condition {
  const words = wordsOf(text)
  if (words.length === 0) return always
  // The word that is being typed may go on.
  const open = isLast && !phrase && !negated && words.at(-1)!.length >= 3
  const isBoth = places.includes('title') && places.includes('body')
  const own = isBoth ? (['text'] as const) : places.filter((place) => place !== 'comments')
  const found: Condition[] = own.map((place) => ({ words, in: place, open }))
  if (places.includes('comments')) found.push({ comment: { words, in: 'body', open } })
  return negate(found.length === 1 ? found[0]! : { any: found }, negated)
}

/** The same with all words that are looked for in the title; null where there are none. What must not be stays so. */
function titleOf(matches: readonly Match[]): Match | null {
  let isOther = false
  const inTitle = (match: Match): Match => {
    if ('all' in match) return { all: match.all.map(inTitle) }
    if ('any' in match) return { any: match.any.map(inTitle) }
    if ('not' in match || 'fact' in match || match.in !== 'text') return match
    isOther = true
    return { ...match, in: 'title' }
  }
  const all = matches.map(inTitle)
  return isOther ? { all } : null
}
