import { exampleOf, type Json } from '../support/github-server.ts'
import { accountOf, apiOf, repositoryOf, webOf } from './render-repository.ts'
import type {
  Comment,
  Conversation,
  Issue,
  Label,
  Milestone,
  Pull,
  Repository,
  Review,
  ReviewComment,
  Thread,
} from './state.ts'

const issueExample = exampleOf('issues', 'issue')
const commentExample = exampleOf('issue_comment', 'comment')
const reviewCommentExample = exampleOf('pull_request_review_comment', 'comment')
export const reactions = {
  url: 'https://api.github.com/reactions',
  ...{ total_count: 0, '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 },
}

export function labelOf(repository: Repository, { id, name, color }: Label): Json {
  const url = `${apiOf(repository)}/labels/${name}`
  return { id, node_id: `LA_${id}`, url, name, color, default: false, description: null }
}

export function milestoneOf(repository: Repository, milestone: Milestone): Json {
  const { id, number, title, state, created_at, updated_at, closed_at } = milestone
  const within = [...repository.issues.values(), ...repository.pulls.values()].filter(
    (one) => one.milestone === milestone,
  )
  const open = within.filter((one) => one.state === 'open').length
  return {
    ...{ id, node_id: `MI_${id}`, number, title, state, description: 'A goal' },
    ...{ created_at, updated_at, closed_at, due_on: null },
    ...{ creator: accountOf(milestone.creator), open_issues: open, closed_issues: within.length - open },
    url: `${apiOf(repository)}/milestones/${number}`,
    html_url: `${webOf(repository)}/milestone/${number}`,
    labels_url: `${apiOf(repository)}/milestones/${number}/labels`,
  }
}

function conversationOf(repository: Repository, one: Conversation): Json {
  const assignees = [...one.assignees].map(accountOf)
  return {
    ...{ number: one.number, title: one.title, body: one.body, state: one.state, locked: one.locked },
    user: accountOf(one.user),
    labels: [...one.labels].map((label) => labelOf(repository, label)),
    ...{ assignees, assignee: assignees[0] ?? null },
    milestone: one.milestone && milestoneOf(repository, one.milestone),
    ...{ created_at: one.created_at, updated_at: one.updated_at, closed_at: one.closed_at },
    ...{ author_association: 'MEMBER', active_lock_reason: null },
  }
}

export const commentsOf = ({ comments }: Repository, number: number) =>
  [...comments.values()].filter((comment) => comment.number === number)

/** An issue, or the issue side of a pull request. */
export function issueOf(repository: Repository, one: Issue | Pull): Json {
  const url = `${apiOf(repository)}/issues/${one.number}`
  const isPull = 'head' in one
  const html_url = `${webOf(repository)}/${isPull ? 'pull' : 'issues'}/${one.number}`
  return {
    ...issueExample,
    ...conversationOf(repository, one),
    id: isPull ? one.issueId : one.id,
    node_id: `I_${one.id}`,
    url,
    html_url,
    repository_url: apiOf(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: isPull ? null : one.state_reason,
    comments: commentsOf(repository, one.number).length,
    reactions,
    ...(isPull && {
      draft: one.draft,
      pull_request: { ...pullAddresses(repository, one), merged_at: one.merged_at },
    }),
  }
}

function pullAddresses(repository: Repository, { number }: Pull): Json {
  const url = `${apiOf(repository)}/pulls/${number}`
  const html_url = `${webOf(repository)}/pull/${number}`
  return { url, html_url, diff_url: `${html_url}.diff`, patch_url: `${html_url}.patch` }
}

/** A pull request as lists and the events of reviews have it. */
export function listedPullOf(repository: Repository, pull: Pull): Json {
  const url = `${apiOf(repository)}/pulls/${pull.number}`
  const issueUrl = `${apiOf(repository)}/issues/${pull.number}`
  const side = (ref: string, sha: string) => ({
    ...{ label: `${repository.owner.login}:${ref}`, ref, sha },
    ...{ user: accountOf(repository.owner), repo: repositoryOf(repository) },
  })
  const base = repository.branches.get(pull.base.ref) ?? pull.head.sha
  const link = (href: unknown) => ({ href })
  const addresses = pullAddresses(repository, pull)
  return {
    ...conversationOf(repository, pull),
    ...addresses,
    id: pull.id,
    node_id: `PR_${pull.id}`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${apiOf(repository)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: `${apiOf(repository)}/statuses/${pull.head.sha}`,
    draft: pull.draft,
    ...{ merged_at: pull.merged_at, merge_commit_sha: null },
    requested_reviewers: [...pull.reviewers].map(accountOf),
    requested_teams: [],
    head: side(pull.head.ref, pull.head.sha),
    base: side(pull.base.ref, base),
    auto_merge: pull.autoMerge && {
      ...{ enabled_by: accountOf(pull.autoMerge), merge_method: 'squash' },
      ...{ commit_title: pull.title, commit_message: '' },
    },
    _links: {
      ...{ self: link(url), html: link(addresses.html_url), issue: link(issueUrl) },
      ...{ comments: link(`${issueUrl}/comments`), review_comments: link(`${url}/comments`) },
      ...{ review_comment: link(`${url}/comments{/number}`), commits: link(`${url}/commits`) },
      statuses: link(`${apiOf(repository)}/statuses/${pull.head.sha}`),
    },
  }
}

/** The same as its own webhooks have it. */
export function pullOf(repository: Repository, pull: Pull): Json {
  return {
    ...listedPullOf(repository, pull),
    ...{ merged: pull.merged_at !== null, mergeable: null, rebaseable: null, mergeable_state: 'unknown' },
    merged_by: pull.merged_by && accountOf(pull.merged_by),
    comments: commentsOf(repository, pull.number).length,
    review_comments: [...repository.reviewComments.values()].filter((one) => one.pull === pull.number).length,
    ...{
      maintainer_can_modify: false,
      commits: 1,
      additions: pull.additions,
      deletions: 0,
      changed_files: 1,
    },
  }
}

export function commentOf(repository: Repository, comment: Comment): Json {
  const { id, number, body, created_at, updated_at } = comment
  return {
    ...commentExample,
    ...{ id, node_id: `IC_${id}`, body, created_at, updated_at, user: accountOf(comment.user) },
    url: `${apiOf(repository)}/issues/comments/${id}`,
    html_url: `${webOf(repository)}/issues/${number}#issuecomment-${id}`,
    issue_url: `${apiOf(repository)}/issues/${number}`,
    performed_via_github_app: null,
    reactions,
  }
}

/** A review as lists have it, who do not tell when it was changed. */
export function listedReviewOf(repository: Repository, review: Review): Json {
  const { id, pull, body, commit_id, state } = review
  const url = `${apiOf(repository)}/pulls/${pull}`
  const html_url = `${webOf(repository)}/pull/${pull}#pullrequestreview-${id}`
  return {
    ...{ id, node_id: `PRR_${id}`, user: accountOf(review.user), body, state, html_url },
    ...{ pull_request_url: url, author_association: 'MEMBER', commit_id },
    _links: { html: { href: html_url }, pull_request: { href: url } },
    ...(review.submitted_at !== null && { submitted_at: review.submitted_at }),
  }
}

export function reviewOf(repository: Repository, review: Review): Json {
  const { state, submitted_at, updated_at } = review
  return {
    ...listedReviewOf(repository, review),
    ...{ state: state.toLowerCase(), submitted_at, updated_at },
  }
}

export function reviewCommentOf(repository: Repository, comment: ReviewComment): Json {
  const { id, pull, review, reply, body, commit_id, created_at, updated_at } = comment
  const url = `${apiOf(repository)}/pulls/comments/${id}`
  const html_url = `${webOf(repository)}/pull/${pull}#discussion_r${id}`
  const pull_request_url = `${apiOf(repository)}/pulls/${pull}`
  return {
    ...reviewCommentExample,
    ...{ id, node_id: `PRRC_${id}`, url, html_url, pull_request_url, pull_request_review_id: review },
    ...{ body, commit_id, original_commit_id: commit_id, created_at, updated_at },
    ...{ user: accountOf(comment.user), path: 'README.md', line: 1, original_line: 1, side: 'RIGHT' },
    ...{ start_line: null, original_start_line: null, start_side: null, subject_type: 'line' },
    _links: {
      ...{ self: { href: url }, html: { href: html_url }, pull_request: { href: pull_request_url } },
    },
    reactions,
    ...(reply !== null && { in_reply_to_id: reply }),
  }
}

export function threadOf(repository: Repository, thread: Thread): Json {
  const comments = [...repository.reviewComments.values()].filter(
    ({ id, reply }) => id === thread.id || reply === thread.id,
  )
  return {
    node_id: `PRRT_${thread.id}`,
    comments: comments.map((comment) => reviewCommentOf(repository, comment)),
  }
}
