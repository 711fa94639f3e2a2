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

/** What a query asks for: things that must all hold, any of them, or not. */
export type Tree<Leaf> =
  | Leaf
  | { kind: 'all'; parts: Tree<Leaf>[] }
  | { kind: 'any'; parts: Tree<Leaf>[] }
  | { kind: 'not'; part: Tree<Leaf> }

export type QueryNode = Tree<Term>

/** What is odd about a query, and where. Everything else of it still counts. */
export interface QueryProblem {
  from: number
  to: number
  message: string
  /** What was probably meant there. */
  instead?: string
}

export interface ParsedQuery {
  /** What must all hold. */
  root: { kind: 'all'; parts: QueryNode[] }
  /** All terms in their order, those in brackets, too. */
  terms: Term[]
  problems: QueryProblem[]
}

/** The filters that must hold for themselves: those that stand in no bracket and beside no `OR`. */
export function loneFilters({ root }: ParsedQuery): FilterTerm[] {
  return root.parts.filter((part) => part.kind === 'filter').toSorted((a, b) => a.from - b.from)
}
