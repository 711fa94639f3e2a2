import { type Range, readNumberRange, readTimeRange } from '../../../contract/search/ranges.ts'
import type { SearchFilter, SearchQuery, SearchSort } from '../../../contract/search/read-query.ts'
import type { Match } from './match.ts'
import { wordsOf } from './text-words.ts'

/** What a repository must be, for what is in it to be looked at. */
export interface RepositoryCondition {
  column: 'full_name_key' | 'owner' | 'private' | 'archived' | 'fork' | 'language' | 'topics'
  values: readonly (string | number)[]
  negated: boolean
}

/** What the row itself must say, where the index does not know it. */
export type RowCondition =
  | { column: 'closed_at' | 'merged_at' | 'comments'; ranges: readonly Range[]; negated: boolean }
  | { column: 'review'; values: readonly string[]; negated: boolean }

/** How a query is answered: which repositories, what the index must hold, what of it counts, and in which order. */
export interface SearchPlan {
  /** As in the index: `issue`, `pull_request`, … */
  kind: string
  repositories: readonly RepositoryCondition[]
  match: Match
  /** Words of the text only, in the title only: what holds these is shown first. null: there are none. */
  title: Match | null
  states: readonly { values: readonly string[]; negated: boolean }[]
  created: readonly { ranges: readonly Range[]; negated: boolean }[]
  updated: readonly { ranges: readonly Range[]; negated: boolean }[]
  rows: readonly RowCondition[]
  sort: SearchSort | null
}

interface Asking {
  kind: string
  /** Who `@me` is. */
  login: string
  now: number
}

/** Plans how a query is answered. Pure. */
export function planSearch(query: SearchQuery, { kind, login, now }: Asking): SearchPlan {
  const plan = {
    repositories: [] as RepositoryCondition[],
    states: [] as { values: string[]; negated: boolean }[],
    created: [] as { ranges: Range[]; negated: boolean }[],
    updated: [] as { ranges: Range[]; negated: boolean }[],
    rows: [] as RowCondition[],
  }
  const facts: Match[] = [{ fact: kind }]
  const place = placeOf(query.filters)
  for (const filter of query.filters) read(filter)
  const words = query.text.flatMap((term, index) => {
    const found = wordsOf(term.text)
    if (found.length === 0) return []
    // The word that is being typed may go on.
    const open = !term.phrase && index === query.text.length - 1 && found.at(-1)!.length >= 3
    return [{ found, negated: term.negated, open: open && !term.negated }]
  })
  // What must not be there must not be anywhere, whatever is found in the title.
  const matching = (where: 'title' | 'body' | 'text') =>
    words.map(({ found, negated, open }) =>
      negate({ words: found, in: negated ? place : where, open }, negated),
    )
  const titled = words.some(({ negated }) => !negated) && place === 'text'
  return {
    kind,
    ...plan,
    match: { all: [...facts, ...matching(place)] },
    title: titled ? { all: [...facts, ...matching('title')] } : null,
    sort: query.sort,
  }

  function read({ word, values, negated }: SearchFilter): void {
    const people = () =>
      values.map((value) => (value === '@me' ? login.toLowerCase() : value.replace(/^@/, '')))
    const fact = (names: readonly string[], of: readonly string[] = values) =>
      facts.push(
        negate(
          { any: names.flatMap((name) => of.map((value) => ({ fact: `${kind} ${name}:${value}` }))) },
          negated,
        ),
      )
    const times = () => values.flatMap((value) => readTimeRange(value, now) ?? [])
    const repository = (
      column: RepositoryCondition['column'],
      of: readonly (string | number)[],
      not = false,
    ) => plan.repositories.push({ column, values: of, negated: negated !== not })
    switch (word) {
      case 'is':
        readIs(values, negated)
        return
      case 'state':
        plan.states.push({ values: values.flatMap(statesOf), negated })
        return
      case 'author':
      case 'assignee':
      case 'mentions':
      case 'review-requested':
        fact([word], people())
        return
      case 'involves':
        fact(['author', 'assignee', 'mentions', 'review-requested'], people())
        return
      case 'label':
      case 'milestone':
      case 'head':
      case 'base':
      case 'branch':
      case 'event':
      case 'workflow':
        fact([word === 'branch' ? 'head' : word])
        return
      case 'no':
        facts.push(negate({ any: values.map((value) => ({ fact: `${kind} no:${value}` })) }, negated))
        return
      case 'draft':
        if (new Set(values).size === 1) {
          facts.push(negate({ fact: `${kind} is:draft` }, negated !== (values[0] === 'false')))
        }
        return
      case 'review':
        plan.rows.push({ column: 'review', values, negated })
        return
      case 'status':
        plan.states.push({ values: values.flatMap(statesOf), negated })
        return
      case 'repo':
        repository('full_name_key', values)
        return
      case 'org':
      case 'user':
        repository('owner', people())
        return
      case 'language':
        repository('language', values)
        return
      case 'topic':
        repository('topics', values)
        return
      case 'archived':
        repository(
          'archived',
          values.map((value) => (value === 'true' ? 1 : 0)),
        )
        return
      case 'created':
        plan.created.push({ ranges: times(), negated })
        return
      case 'updated':
        plan.updated.push({ ranges: times(), negated })
        return
      case 'closed':
        plan.rows.push({ column: 'closed_at', ranges: times(), negated })
        return
      case 'merged':
        plan.rows.push({ column: 'merged_at', ranges: times(), negated })
        return
      case 'comments':
        plan.rows.push({
          column: 'comments',
          ranges: values.flatMap((value) => readNumberRange(value) ?? []),
          negated,
        })
        return
      case 'in':
      case 'sort':
        return
      default:
        word satisfies never
    }
  }

  /** One word for many things: what a repository is, a state, a fact. */
  function readIs(values: readonly string[], negated: boolean): void {
    const states: string[] = []
    for (const value of values) {
      if (value === 'public' || value === 'private') {
        plan.repositories.push({ column: 'private', values: [value === 'private' ? 1 : 0], negated })
      } else if (value === 'archived' || value === 'fork') {
        plan.repositories.push({ column: value, values: [1], negated })
      } else if (value === 'draft') facts.push(negate({ fact: `${kind} is:draft` }, negated))
      else if (value !== 'issue' && value !== 'pr') states.push(...statesOf(value))
    }
    if (states.length > 0) plan.states.push({ values: states, negated })
  }
}

/** The states of the index that a word means: a merged pull request is closed, too. */
function statesOf(value: string): string[] {
  if (value === 'closed') return ['closed', 'merged']
  if (value === 'unmerged') return ['open', 'closed']
  return value === 'completed' ? conclusions : [value]
}

/** How a run of Actions ends. https://docs.github.com/en/rest/actions/workflow-runs */
const conclusions = [
  ...['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required', 'stale'],
  'startup_failure',
]

function negate(match: Match, negated: boolean): Match {
  return negated ? { not: match } : match
}

function placeOf(filters: readonly SearchFilter[]): 'title' | 'body' | 'text' {
  const places = filters.filter(({ word }) => word === 'in').flatMap(({ values }) => values)
  const [first] = places
  return new Set(places).size === 1 && (first === 'title' || first === 'body') ? first : 'text'
}
