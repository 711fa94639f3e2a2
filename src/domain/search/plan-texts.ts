import { readQuery, type SearchNode, type SearchText } from '../../../contract/search/read-query.ts'
import type { SearchType } from '../../../contract/search/words.ts'
import { type Asked, always, negate, type Tree } from './condition.ts'
import { type Asking, readFilter } from './read-filter.ts'

/** A text that must be found somewhere, as it stands: of lists that are short and have no index of words. */
export interface TextAsked {
  text: string
}
export type TextCondition = Tree<TextAsked | Asked>

/** How a search is answered where there is no index of words. */
export interface TextPlan {
  where: TextCondition
  /** The first word, where it must be there: what begins so is shown first. */
  begins?: string
  sort?: 'created' | 'updated'
  direction?: 'asc' | 'desc'
}

/**
 * Plans a search for what is few once rights are known: repositories, workflows, people. Pure.
 */
export function planTexts(
  q: string,
  type: Extract<SearchType, 'repositories' | 'workflows' | 'people'>,
  asking: Omit<Asking, 'kind'>,
): TextPlan {
  const query = readQuery(q, type)
  const { sort } = query
  const [first] = query.parts
  const by = sort?.by === 'created' || sort?.by === 'updated' ? sort.by : null
  return {
    where: fold({ kind: 'all', parts: query.parts }),
    ...(first?.kind === 'text' && !first.negated && { begins: first.text.trim() }),
    ...(sort && by && { sort: by, direction: sort.direction }),
  }

  function fold(node: SearchNode): TextCondition {
    switch (node.kind) {
      case 'text':
        return negate(textCondition(node), node.negated)
      case 'filter':
        return readFilter(node, { ...asking, kind: 'repository' })
      case 'not':
        return { not: fold(node.part) }
      default:
        return node.kind === 'all' ? { all: node.parts.map(fold) } : { any: node.parts.map(fold) }
    }
  }
}

function textCondition({ text, phrase }: SearchText): TextCondition {
  const texts = phrase ? [text.trim()] : text.split(/\s+/)
  const asked = texts.filter((part) => part !== '').map((part) => ({ text: part }))
  return asked.length === 0 ? always : { all: asked }
}
