import type { Label, Person } from '../../../contract/common.ts'
import type { Comment, Review } from '../../../contract/mirror.ts'
import type { IssueFacts, LabelFacts, PullRequestFacts } from './facts.ts'
import {
  type Fields,
  flagIn,
  integerIn,
  objectIn,
  objectsIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
} from './fields.ts'

/** Reads an account; null for one that was deleted. */
export function readPerson(person: Fields | null): Person | null {
  return person && { login: textIn(person, 'login'), avatar_url: optionalTextIn(person, 'avatar_url') }
}

/** Reads a label of a repository. https://docs.github.com/en/rest/issues/labels */
export function readRepositoryLabel(label: Fields): LabelFacts {
  return { ...readLabel(label), id: integerIn(label, 'id') }
}

/** Reads a label as issues and pull requests carry it. */
function readLabel(label: Fields): Label {
  return {
    name: textIn(label, 'name'),
    color: optionalTextIn(label, 'color') ?? 'ededed',
    description: optionalTextIn(label, 'description'),
  }
}

/**
 * Reads an issue of a REST answer or a webhook. GitHub's lists of issues hold pull requests too: see
 * `isPullRequest`. https://docs.github.com/en/rest/issues/issues
 */
export function readIssue(issue: Fields, repositoryId: number): IssueFacts {
  const milestone = optionalObjectIn(issue, 'milestone')
  return {
    ...readCommon(issue, repositoryId),
    state_reason: optionalTextIn(issue, 'state_reason'),
    milestone: milestone && textIn(milestone, 'title'),
    comments: optionalIntegerIn(issue, 'comments', 0),
  }
}

/** Whether an entry of a list of issues is the issue side of a pull request. */
export function isPullRequest(issue: Fields): boolean {
  return optionalObjectIn(issue, 'pull_request') !== null
}

/** Reads a pull request of a REST answer or a webhook. https://docs.github.com/en/rest/pulls/pulls */
export function readPullRequest(pull: Fields, repositoryId: number): PullRequestFacts {
  const head = objectIn(pull, 'head')
  return {
    ...readCommon(pull, repositoryId),
    draft: flagIn(pull, 'draft'),
    merged_at: optionalTimeIn(pull, 'merged_at'),
    head: { ref: textIn(head, 'ref'), sha: textIn(head, 'sha') },
    base: { ref: textIn(objectIn(pull, 'base'), 'ref') },
    // Teams are asked under `requested_teams`; in this list a person without a login is one that was deleted.
    requested_reviewers: peopleIn(pull, 'requested_reviewers'),
    comments: optionalIntegerIn(pull, 'comments', null),
  }
}

function readCommon(item: Fields, repositoryId: number) {
  return {
    id: integerIn(item, 'id'),
    repository_id: repositoryId,
    number: integerIn(item, 'number'),
    title: textIn(item, 'title'),
    body: optionalTextIn(item, 'body'),
    state: optionalTextIn(item, 'state') === 'closed' ? ('closed' as const) : ('open' as const),
    user: readPerson(optionalObjectIn(item, 'user')),
    labels: objectsIn(item, 'labels').map(readLabel),
    assignees: peopleIn(item, 'assignees'),
    html_url: textIn(item, 'html_url'),
    created_at: timeIn(item, 'created_at'),
    updated_at: timeIn(item, 'updated_at'),
    closed_at: optionalTimeIn(item, 'closed_at'),
  }
}

function peopleIn(fields: Fields, name: string): Person[] {
  return objectsIn(fields, name)
    .filter((person) => optionalTextIn(person, 'login') !== null)
    .map((person) => readPerson(person) as Person)
}

/** Reads a comment; a list over a whole repository tells the issue only by its address. */
export function readComment(comment: Fields, issueNumber = numberOfIssue(comment)): Comment {
  return {
    id: integerIn(comment, 'id'),
    issue_number: issueNumber,
    user: readPerson(optionalObjectIn(comment, 'user')),
    body: optionalTextIn(comment, 'body') ?? '',
    html_url: textIn(comment, 'html_url'),
    created_at: timeIn(comment, 'created_at'),
    updated_at: timeIn(comment, 'updated_at'),
  }
}

function numberOfIssue(comment: Fields): number {
  return Number(/\/(\d+)$/.exec(textIn(comment, 'issue_url'))?.[1] ?? 0)
}

/** Reads a review; null for one that its author has not submitted yet. Webhooks write the state in lower case. */
export function readReview(review: Fields, pullNumber: number): Review | null {
  const submitted = optionalTimeIn(review, 'submitted_at')
  if (submitted === null) return null
  return {
    id: integerIn(review, 'id'),
    pull_number: pullNumber,
    user: readPerson(optionalObjectIn(review, 'user')),
    state: textIn(review, 'state').toUpperCase(),
    body: optionalTextIn(review, 'body'),
    html_url: textIn(review, 'html_url'),
    submitted_at: submitted,
  }
}
