import { readNumberRange, readTimeRange } from '../../../contract/search/ranges.ts'
import type { SearchFilter } from '../../../contract/search/read-query.ts'
import { type Asked, always, type Condition, negate, never, type RepositoryCondition } from './condition.ts'

/** For whom and when a search is asked. */
export interface Asking {
  /** As in the index: `issue`, `pull_request`, … */
  kind: string
  /** Who `@me` is. */
  login: string
  now: number
}

/** What a filter asks for; `in:` and `sort:` are read elsewhere. Pure. */
export function readFilter({ word, values, negated }: SearchFilter, asking: Asking): Condition {
  return negate(holdsOne(word, values, asking), negated)
}

function holdsOne(word: SearchFilter['word'], values: readonly string[], asking: Asking): Condition {
  const { kind, now } = asking
  const any = (parts: readonly Condition[]): Condition => (parts.length === 1 ? parts[0]! : { any: parts })
  const people = () => values.map((value) => personOf(value, asking.login))
  const fact = (name: string, value: string, open = false): Condition => ({
    fact: `${kind} ${name}:${value}`,
    ...(open && { open }),
  })
  const facts = (name: string, of: readonly string[] = values) => any(of.map((value) => fact(name, value)))
  const has = (name: string): Condition => ({ not: fact('no', name) })
  /** `assignee:*`: any at all. */
  const factsOrAny = (name: string, of: readonly string[]) =>
    any(of.map((value) => (value === '*' ? has(name) : fact(name, value))))
  const times = () => values.flatMap((value) => readTimeRange(value, now) ?? [])
  const numbers = () => values.flatMap((value) => readNumberRange(value) ?? [])
  const repository = (
    column: RepositoryCondition['repository'],
    of: RepositoryCondition['values'] = values,
  ) => ({ repository: column, values: of }) satisfies Condition
  const commented = (login: string): Condition => ({ comment: { fact: `comment author:${login}` } })
  switch (word) {
    case 'is':
      return any(values.map((value) => readIs(value, asking)))
    case 'type':
      return any(
        values.map((value) =>
          value === 'issue' || value === 'pr' ? readIs(value, asking) : fact('type', value),
        ),
      )
    case 'state':
      return { states: values.flatMap(statesOf) }
    case 'status':
      return kind === 'pull_request'
        ? any(values.map((value) => (isChecks(value) ? { checks: value } : never)))
        : { states: values.flatMap(statesOf) }
    case 'author':
    case 'mentions':
      return facts(word, people())
    case 'assignee':
      return factsOrAny(word, people())
    case 'review-requested':
    case 'user-review-requested':
      return facts('review-requested', people())
    case 'team-review-requested':
      return any(values.map((value) => teamOf(value, (slug) => fact(word, slug))))
    case 'team':
      return facts(
        word,
        values.map((value) => value.replace(/^@/, '')),
      )
    case 'commenter':
      return any(people().map(commented))
    case 'involves':
      return any(
        people().flatMap((login) => [
          ...['author', 'assignee', 'mentions'].map((name) => fact(name, login)),
          commented(login),
        ]),
      )
    case 'reviewed-by':
      return { reviewedBy: people() }
    case 'label':
    case 'base':
    case 'event':
    case 'workflow':
    case 'reason':
      return facts(word)
    case 'milestone':
      return factsOrAny(word, values)
    case 'branch':
      return facts('head')
    case 'head':
      return any(values.map((value) => fact('head', value, true)))
    case 'sha':
    case 'hash':
      return any(
        values.map((value) =>
          kind === 'commit' ? { words: [value], in: 'title', open: true } : fact('sha', value, true),
        ),
      )
    case 'no':
      return facts('no')
    case 'has':
      return any(values.map(has))
    case 'draft':
      return any(values.map((value) => negate(fact('is', 'draft'), value === 'false')))
    case 'linked':
      return any(
        values.map((value) =>
          (value === 'pr') === (kind === 'issue') ? { linked: value as 'pr' | 'issue' } : never,
        ),
      )
    case 'review':
      return any(values.map((value) => ({ review: value as 'none' | 'approved' | 'changes_requested' })))
    case 'repo':
      return repository('full_name_key')
    case 'org':
    case 'user':
      return repository('owner', people())
    case 'language':
      return repository('language')
    case 'topic':
      return repository('topics')
    case 'archived':
      return repository(
        'archived',
        values.map((value) => (value === 'true' ? 1 : 0)),
      )
    case 'created':
    case 'updated':
    case 'pushed':
      return { entry: `${word}_at`, ranges: times() }
    case 'comments':
    case 'reactions':
    case 'interactions':
      return { entry: word, ranges: numbers() }
    case 'closed':
    case 'merged':
      return { row: `${word}_at`, ranges: times() }
    case 'in':
    case 'sort':
      return always
    default:
      return word satisfies never
  }
}

/** One word for many things: what a repository is, a state, a fact. */
function readIs(value: string, { kind }: Asking): Condition {
  const ofKind = (name: string) => (kind === name ? always : never)
  switch (value) {
    case 'issue':
      return ofKind('issue')
    case 'pr':
      return ofKind('pull_request')
    case 'public':
    case 'private':
      return { repository: 'private', values: [value === 'private' ? 1 : 0] }
    case 'archived':
    case 'fork':
      return { repository: value, values: [1] }
    case 'draft':
    case 'locked':
      return { fact: `${kind} is:${value}` }
    case 'unlocked':
      return { not: { fact: `${kind} is:locked` } }
    default:
      return { states: statesOf(value) }
  }
}

/** `@me`, `@ada`, `app/robot`: a login as the mirror writes it. */
function personOf(value: string, login: string): string {
  if (value === '@me') return login.toLowerCase()
  return value.startsWith('app/') ? `${value.slice(4)}[bot]` : value.replace(/^@/, '')
}

/** `org/team`: a team of the repository's owner. */
function teamOf(value: string, fact: (slug: string) => Condition): Condition {
  const [owner, slug] = value.replace(/^@/, '').split('/')
  return slug === undefined
    ? fact(owner!)
    : { all: [fact(slug), { repository: 'owner', values: [owner!] } satisfies Asked] }
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

function isChecks(value: string): value is 'pending' | 'success' | 'failure' {
  return value === 'pending' || value === 'success' || value === 'failure'
}
