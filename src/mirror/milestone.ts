import type { Milestone } from '../../contract/mirror.ts'
import {
  integerIn,
  optionalIntegerIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { personIn } from './people.ts'

const { plain, times, person, toldColumn } = columnsOf<Milestone>()

/** https://docs.github.com/en/rest/issues/milestones */
export const milestone = {
  name: 'milestone',
  version: 1,
  table: 'milestones',
  key: ['repository_id', 'number'],
  columns: [
    ...plain('id', 'number', 'title', 'description', 'state', 'open_issues', 'closed_issues', 'html_url'),
    person('creator'),
    ...times('due_on', 'created_at', 'updated_at', 'closed_at'),
    toldColumn,
  ],
  read: (object) => ({
    id: integerIn(object, 'id'),
    number: integerIn(object, 'number'),
    title: textIn(object, 'title'),
    description: optionalTextIn(object, 'description'),
    state: optionalTextIn(object, 'state') === 'closed' ? 'closed' : 'open',
    creator: personIn(object, 'creator'),
    open_issues: optionalIntegerIn(object, 'open_issues', 0),
    closed_issues: optionalIntegerIn(object, 'closed_issues', 0),
    html_url: textIn(object, 'html_url'),
    due_on: optionalTimeIn(object, 'due_on'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
    closed_at: optionalTimeIn(object, 'closed_at'),
  }),
  told: {
    columns: [
      ...['id', 'number', 'title', 'description', 'state', 'open_issues', 'closed_issues', 'html_url'],
      ...['due_on', 'created_at', 'updated_at', 'closed_at'],
    ],
  },
  replaces: isNotOlder,
  begins: ['milestone.created'],
  events: {
    milestone: {
      at: 'milestone',
      subject: true,
      gone: (payload) => optionalTextIn(payload, 'action') === 'deleted',
    },
  },
  listed: {
    resource: 'milestones',
    route: 'GET /repos/{owner}/{repo}/milestones',
    query: () => ({ state: 'all' }),
    complete: true,
  },
} satisfies Kind<Milestone>
