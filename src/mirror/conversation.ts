import type { Label, Person, Reactions } from '../../contract/common.ts'
import {
  type Fields,
  flagIn,
  integerIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { type Column, columnsOf } from './columns.ts'
import { labelsIn, peopleIn, personIn } from './people.ts'
import { reactionsIn } from './reactions.ts'

/** What issues and pull requests have in common: to GitHub the latter are issues with code. */
export interface Conversation {
  id: number
  /** What GitHub's GraphQL knows it by. */
  node_id: string
  repository_id: number
  number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  user: Person | null
  labels: Label[]
  assignees: Person[]
  /** Its title. */
  milestone: string | null
  locked: boolean
  /** null where GitHub does not tell: in lists of pull requests, and in many webhooks. */
  reactions: Reactions | null
  html_url: string
  created_at: string
  updated_at: string
  closed_at: string | null
}

const { plain, times, flags, json, person, toldColumn } = columnsOf<Conversation>()

/** The columns that both tables have. */
export function conversationColumns<Item extends Conversation>(): Column<Item>[] {
  return [
    ...plain('id', 'node_id', 'repository_id', 'number', 'title', 'body', 'state', 'milestone', 'html_url'),
    ...flags('locked'),
    person('user'),
    ...json('labels', 'assignees', 'reactions'),
    ...times('created_at', 'updated_at', 'closed_at'),
    toldColumn,
  ]
}

/** What of both stands in GitHub's object as in the columns. */
export const conversationTold = [
  ...['id', 'node_id', 'number', 'title', 'body', 'state', 'locked', 'html_url'],
  ...['created_at', 'updated_at', 'closed_at'],
]

export function readConversation(object: Fields, repositoryId: number): Conversation {
  const milestone = optionalObjectIn(object, 'milestone')
  return {
    id: integerIn(object, 'id'),
    node_id: optionalTextIn(object, 'node_id') ?? '',
    repository_id: repositoryId,
    number: integerIn(object, 'number'),
    title: textIn(object, 'title'),
    body: optionalTextIn(object, 'body'),
    state: optionalTextIn(object, 'state') === 'closed' ? 'closed' : 'open',
    user: personIn(object, 'user'),
    labels: labelsIn(object, 'labels'),
    assignees: peopleIn(object, 'assignees'),
    milestone: milestone && textIn(milestone, 'title'),
    locked: flagIn(object, 'locked'),
    reactions: reactionsIn(object),
    html_url: textIn(object, 'html_url'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
    closed_at: optionalTimeIn(object, 'closed_at'),
  }
}

/** What search asks of both, besides their own. */
export function conversationFacts({ user, labels, assignees, milestone, locked }: Conversation): string[] {
  return [
    ...(user ? [`author:${user.login}`] : []),
    ...labels.map(({ name }) => `label:${name}`),
    ...assignees.map(({ login }) => `assignee:${login}`),
    ...(labels.length === 0 ? ['no:label'] : []),
    ...(assignees.length === 0 ? ['no:assignee'] : []),
    milestone === null ? 'no:milestone' : `milestone:${milestone}`,
    ...(locked ? ['is:locked'] : []),
  ]
}

/** How many reactions there are, of all sorts. */
export function countReactions({ reactions }: Conversation): number {
  return Object.values(reactions ?? {}).reduce((sum, count) => sum + count, 0)
}

/** What lists and changes show: all but the body, which can be long. */
export function withoutBody<Item extends { body: string | null }>({ body: _, ...rest }: Item) {
  return rest
}

/** How both are asked for: the last changed first; and in the order in which they were made, which stays. */
export const lastChangedFirst = { state: 'all', sort: 'updated', direction: 'desc' }
export const oldestFirst = { state: 'all', sort: 'created', direction: 'asc' }
