import type { TimelineDetail, TimelineEvent } from '../../contract/timeline.ts'
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
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'
import { personIn } from './people.ts'
import { toldByIssue, toldByPullRequest } from './timeline-told.ts'

const { plain, times, json, person } = columnsOf<TimelineEvent>()

/**
 * What happened to an issue or a pull request. GitHub gives some of it no id, and webhooks tell none of the others', so
 * that one is known by what it says. https://docs.github.com/en/rest/issues/timeline
 */
export const timelineEvent = {
  name: 'timeline_event',
  version: 1,
  table: 'timeline_events',
  key: ['repository_id', 'name'],
  columns: [
    ...plain('name', 'issue_number', 'event'),
    person('actor'),
    ...times('created_at'),
    ...json('detail'),
  ],
  read(object, { under }) {
    const event = textIn(object, 'event')
    if (elsewhere.has(event)) return null
    const detail = detailOf(event, object)
    const created_at = timeOf(object)
    if (detail === null || created_at === null) return null
    const actor = personIn(object, 'actor')
    return timelineEventOf({ issue_number: Number(under), event, actor, created_at, detail })
  },
  replaces: () => true,
  owner: { kind: 'issue', key: ({ issue_number }) => String(issue_number), column: 'issue_number' },
  events: {
    issues: { at: 'issue', read: (issue, _, payload) => nameIt(toldByIssue(issue, payload)) },
    pull_request: {
      at: 'pull_request',
      read: (pull, _, payload) => nameIt(toldByPullRequest(pull, payload)),
    },
  },
  opened: { route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline' },
} satisfies Kind<TimelineEvent>

/** What the mirror keeps as a thing of its own, and what only concerns who was told. */
const elsewhere: ReadonlySet<string> = new Set([
  ...['commented', 'reviewed', 'line-commented', 'commit-commented', 'review_dismissed'],
  ...['mentioned', 'subscribed', 'unsubscribed', 'comment_deleted'],
])

/** Gives an event the name that tells it from others: in the order of time, within its issue. */
function timelineEventOf(event: Omit<TimelineEvent, 'name'>): TimelineEvent {
  const { issue_number, created_at, actor, detail } = event
  const { label, source } = detail
  const what =
    label?.name ??
    detail.milestone ??
    detail.person ??
    detail.team ??
    detail.commit ??
    (source ? `${source.repository}#${source.number}` : (detail.to ?? ''))
  return {
    name: `${issue_number}/${created_at}/${event.event}/${actor?.login ?? ''}/${what}`,
    ...event,
  }
}

const nameIt = (told: Omit<TimelineEvent, 'name'> | null) => told && timelineEventOf(told)

/** When it happened; a commit tells when it was made. */
function timeOf(object: Fields): string | null {
  const own = optionalTimeIn(object, 'created_at')
  if (own !== null) return own
  const committer = optionalObjectIn(object, 'committer')
  return committer && timeIn(committer, 'date')
}

/** What an event tells; null for one that not everybody who reads the repository may see. */
function detailOf(event: string, object: Fields): TimelineDetail | null {
  if (event === 'cross-referenced') return sourceOf(object)
  if (event === 'committed') {
    const [message = ''] = textIn(object, 'message').split('\n')
    return { commit: textIn(object, 'sha'), message }
  }
  const label = optionalObjectIn(object, 'label')
  const milestone = optionalObjectIn(object, 'milestone')
  const team = optionalObjectIn(object, 'requested_team')
  const rename = optionalObjectIn(object, 'rename')
  const person = personIn(object, 'assignee') ?? personIn(object, 'requested_reviewer')
  const commit = optionalTextIn(object, 'commit_id')
  const reason = optionalTextIn(object, 'state_reason') ?? optionalTextIn(object, 'lock_reason')
  return {
    ...(label && {
      label: { name: textIn(label, 'name'), color: optionalTextIn(label, 'color') ?? 'ededed' },
    }),
    ...(milestone && { milestone: textIn(milestone, 'title') }),
    ...(person && { person: person.login }),
    ...(team && { team: textIn(team, 'name') }),
    ...(rename && { from: textIn(rename, 'from'), to: textIn(rename, 'to') }),
    ...(commit !== null && { commit }),
    ...(reason !== null && { reason }),
  }
}

/** Where it was mentioned: what is private elsewhere is not for everybody who reads this repository. */
function sourceOf(object: Fields): TimelineDetail | null {
  const source = optionalObjectIn(object, 'source')
  const issue = source && optionalObjectIn(source, 'issue')
  if (!issue) return null
  const repository = optionalObjectIn(issue, 'repository')
  if (!repository || flagIn(repository, 'private')) return null
  return {
    source: {
      repository: textIn(repository, 'full_name'),
      number: integerIn(issue, 'number'),
      title: textIn(issue, 'title'),
      state: textIn(issue, 'state'),
      is_pull: optionalObjectIn(issue, 'pull_request') !== null,
    },
  }
}
