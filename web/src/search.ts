import { type InboxPlace, inboxPlaces } from '../../contract/inbox.ts'
import type { Measures } from '../../contract/insights.ts'
import { type SearchType, searchTypes } from '../../contract/search/words.ts'
import type { Query } from './data/api.ts'
import { queryOfOlder } from './data/filter-words.ts'

/**
 * What the addresses of lists may say after `?`. Each reader takes what came (typed by hand, perhaps) and keeps
 * only words that the list knows, so that a page never starts from nonsense.
 */
type Raw = Record<string, unknown>

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

const word = <const W extends string>(value: unknown, words: readonly W[]): W | undefined =>
  words.find((known) => known === value)

const positive = (value: unknown): number | undefined => {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** A query may be empty: that asks for everything. */
const words = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

export interface HomeSearch {
  /** Everything that waits for the person, not only the first of each kind. */
  needs?: 'all'
}
export const readHomeSearch = (raw: Raw): HomeSearch => ({ needs: word(raw.needs, ['all']) })

/** A list in GitHub's search words; without any it shows what is usual. */
export interface ListSearch extends Query {
  q?: string
}
export const readListSearch = (raw: Raw): ListSearch => ({ q: words(raw.q) ?? queryOfOlder(raw) })

/** The file of the template that an issue is opened from, as in GitHub's addresses. */
export interface NewIssueSearch {
  template?: string
}
export function readNewIssueSearch(raw: Raw): NewIssueSearch {
  const template = text(raw.template)
  return template ? { template } : {}
}

/** Which attempt of a run is shown, and which of its jobs; without: the latest, and what somebody wants to see first. */
export interface ActionsRunSearch {
  attempt?: number
  job?: number
}
export function readActionsRunSearch(raw: Raw): ActionsRunSearch {
  const [attempt, job] = [positive(raw.attempt), positive(raw.job)]
  return { ...(attempt && { attempt }), ...(job && { job }) }
}

export interface InboxSearch {
  place?: InboxPlace
}
export const readInboxSearch = (raw: Raw): InboxSearch => ({ place: word(raw.place, inboxPlaces) })

export interface SearchPageSearch extends Query {
  q?: string
  type?: SearchType
}
export const readSearchPageSearch = (raw: Raw): SearchPageSearch => ({
  q: words(raw.q),
  type: word(raw.type, searchTypes),
})

export interface RepositoriesSearch extends Query {
  q?: string
  sort?: 'pushed' | 'updated' | 'name' | 'open_issues'
  direction?: 'asc' | 'desc'
}
export const readRepositoriesSearch = (raw: Raw): RepositoriesSearch => ({
  q: text(raw.q),
  sort: word(raw.sort, ['pushed', 'updated', 'name', 'open_issues']),
  direction: word(raw.direction, ['asc', 'desc']),
})

export interface RunsSearch extends Query {
  status?: 'queued' | 'in_progress' | 'completed'
  workflow_id?: string
  repository?: string
}
export const readRunsSearch = (raw: Raw): RunsSearch => ({
  status: word(raw.status, ['queued', 'in_progress', 'completed']),
  workflow_id: text(raw.workflow_id),
  repository: text(raw.repository),
})

export interface NewWorkflowSearch {
  /** The file name of the example to start from. */
  example?: string
}
export const readNewWorkflowSearch = (raw: Raw): NewWorkflowSearch => ({ example: text(raw.example) })

export interface RunSearch {
  view?: 'timeline'
  job?: string
  /** The run as it stood after the entry of its journal with this number. */
  at?: number
}
export const readRunSearch = (raw: Raw): RunSearch => ({
  view: word(raw.view, ['timeline']),
  job: text(raw.job),
  at: Number.isSafeInteger(raw.at) ? Number(raw.at) : undefined,
})

export interface DeliveriesSearch extends Query {
  event?: string
  state?: 'pending' | 'applied' | 'stored' | 'failed'
  repository?: string
  /** Of an issue or pull request of that repository. */
  number?: number
}
export const readDeliveriesSearch = (raw: Raw): DeliveriesSearch => ({
  event: text(raw.event),
  state: word(raw.state, ['pending', 'applied', 'stored', 'failed']),
  repository: text(raw.repository),
  number: raw.repository ? positive(raw.number) : undefined,
})

const measures: readonly (keyof Measures)[] = [
  'deployments',
  'lead_time_ms',
  'change_failure_rate',
  'restore_time_ms',
  'merged',
  'first_review_ms',
  'merge_ms',
  'ci_runs',
  'ci_failure_rate',
  'ci_duration_ms',
  'ci_queue_ms',
  'ci_flaky_rate',
]

export interface InsightsSearch extends Query {
  days?: 7 | 30 | 90
  repository?: string
  /** `owner/slug`. */
  team?: string
  /** The last day, UTC. */
  until?: string
  /** The one that is drawn large. */
  measure?: keyof Measures
}
export const readInsightsSearch = (raw: Raw): InsightsSearch => ({
  days: ([7, 30, 90] as const).find((days) => days === Number(raw.days)),
  repository: text(raw.repository),
  team: text(raw.team),
  until: text(raw.until),
  measure: word(raw.measure, measures),
})

export interface TopicSearch extends Query {
  topic?: string
}
export const readTopicSearch = (raw: Raw): TopicSearch => ({ topic: text(raw.topic) })

export interface SignInSearch {
  return_to?: string
  error?: string
  link?: string
}
export const readSignInSearch = (raw: Raw): SignInSearch => ({
  return_to: text(raw.return_to),
  error: text(raw.error),
  link: text(raw.link),
})

export interface SetupSearch {
  token?: string
}
export const readSetupSearch = (raw: Raw): SetupSearch => ({ token: text(raw.token) })
