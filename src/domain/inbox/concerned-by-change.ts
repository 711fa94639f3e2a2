import type { ChangeData } from '../../../contract/changes.ts'
import type { Described } from '../described.ts'
import { mentionsIn } from '../mentions.ts'
import {
  type Fields,
  fieldsOf,
  integerIn,
  optionalObjectIn,
  optionalTextIn,
  timeIn,
  valuesIn,
} from '../mirror/fields.ts'
import { type Concern, type Concerned, oncePerPerson } from './concern.ts'

/**
 * Whom a webhook's change concerns besides those whose review or work is asked for (`needs` of a kind tells of those):
 * who is called by a text, who is answered, whose pull request was reviewed, whose run failed. Pure.
 */
export function concernedByChange({ kind, data }: Described, payload: Fields): Concerned | null {
  switch (kind) {
    case 'comment.updated':
      return byComment(data as ChangeData['comment.updated'], payload)
    case 'review.updated':
      return byReview(data as ChangeData['review.updated'], payload)
    case 'issue.updated':
    case 'pull_request.updated':
      return byText(kind, data as { action: string }, payload)
    case 'actions_run.updated':
      return byRun(data as ChangeData['actions_run.updated'])
    case 'delivery.stored':
      return (data as ChangeData['delivery.stored']).event === 'deployment_review'
        ? byApproval(payload)
        : null
    default:
      return null
  }
}

/** Whose approval a deployment waits for: of teams GitHub tells no members. */
function byApproval(payload: Fields): Concerned | null {
  const run = optionalObjectIn(payload, 'workflow_run')
  if (optionalTextIn(payload, 'action') !== 'requested' || !run) return null
  const people = valuesIn(payload, 'reviewers').flatMap(({ value, place }) => {
    const reviewer = optionalObjectIn(fieldsOf(value, place), 'reviewer')
    const login = reviewer && optionalTextIn(reviewer, 'login')
    return login ? [{ login, reason: 'approval' as const }] : []
  })
  if (people.length === 0) return null
  const environment = optionalTextIn(payload, 'environment') ?? 'an environment'
  const name = optionalTextIn(run, 'name') ?? 'A run'
  return {
    subject: { kind: 'actions_run', number: integerIn(run, 'id'), title: `${name} to ${environment}` },
    actor: loginIn(payload, 'requestor'),
    at: optionalTextIn(payload, 'since') ? timeIn(payload, 'since') : timeIn(run, 'updated_at'),
    people,
  }
}

function byComment(
  { action, comment, title, pull_request }: ChangeData['comment.updated'],
  payload: Fields,
): Concerned | null {
  if (action !== 'created') return null
  const issue = optionalObjectIn(payload, 'issue')
  const actor = comment.user?.login ?? null
  const people: Concern[] = [
    ...called(comment.body),
    ...(issue ? involved(issue).map((login) => ({ login, reason: 'replied' as const })) : []),
  ]
  return {
    subject: { kind: pull_request ? 'pull_request' : 'issue', number: comment.issue_number, title },
    actor,
    at: comment.created_at,
    people: oncePerPerson(people, actor),
  }
}

function byReview(
  { action, review, title }: ChangeData['review.updated'],
  payload: Fields,
): Concerned | null {
  if (action !== 'submitted') return null
  const pull = optionalObjectIn(payload, 'pull_request')
  const author = pull && loginIn(pull, 'user')
  const actor = review.user?.login ?? null
  const reason =
    review.state === 'APPROVED'
      ? 'approved'
      : review.state === 'CHANGES_REQUESTED'
        ? 'changes_requested'
        : 'reviewed'
  return {
    subject: { kind: 'pull_request', number: review.pull_number, title },
    actor,
    at: review.submitted_at,
    people: oncePerPerson(
      [...(author ? [{ login: author, reason } as const] : []), ...called(review.body)],
      actor,
    ),
  }
}

/** Who is called by the text of a new issue or pull request. */
function byText(
  kind: 'issue.updated' | 'pull_request.updated',
  { action }: { action: string },
  payload: Fields,
): Concerned | null {
  const name = kind === 'issue.updated' ? 'issue' : 'pull_request'
  const thread = optionalObjectIn(payload, name)
  if (action !== 'opened' || !thread) return null
  const actor = loginIn(thread, 'user')
  const people = oncePerPerson(called(optionalTextIn(thread, 'body')), actor)
  if (people.length === 0) return null
  const { number, created_at } = thread.values as { number: number; created_at: string }
  const title = optionalTextIn(thread, 'title') ?? ''
  return { subject: { kind: name, number, title }, actor, at: created_at, people }
}

function byRun({ actions_run: run }: ChangeData['actions_run.updated']): Concerned | null {
  if (run.status !== 'completed' || !run.actor || !failures.has(run.conclusion ?? '')) return null
  return {
    subject: { kind: 'actions_run', number: run.id, title: `${run.name}: ${run.display_title}` },
    actor: run.actor.login,
    at: run.updated_at,
    people: [{ login: run.actor.login, reason: 'failed' }],
  }
}

const failures = new Set(['failure', 'timed_out', 'startup_failure', 'action_required'])

const called = (text: string | null): Concern[] =>
  mentionsIn(text).map((login) => ({ login, reason: 'mentioned' }))

/** Whose thread it is, and who is to do something about it. */
function involved(thread: Fields): string[] {
  const author = loginIn(thread, 'user')
  const assignees = valuesIn(thread, 'assignees').flatMap(({ value, place }) => {
    const login = optionalTextIn(fieldsOf(value, place), 'login')
    return login === null ? [] : [login]
  })
  return [...(author === null ? [] : [author]), ...assignees]
}

function loginIn(object: Fields, name: string): string | null {
  const person = optionalObjectIn(object, name)
  return person && optionalTextIn(person, 'login')
}
