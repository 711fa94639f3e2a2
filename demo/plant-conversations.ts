import { hour, insertAt, minute, type Past, workingTime } from './planting.ts'
import { between, pick } from './random.ts'
import { pullComments, repliesFor } from './seed/phrases.ts'
import type { IssueKind, PullSeed, RepositorySeed } from './seed/read-seed.ts'

/** Plants an issue that was opened at a moment, with its labels, replies and end. */
export function plantIssue(
  past: Past,
  [kind, state, title, body]: RepositorySeed['issues'][number],
  opened: Date,
): void {
  const { rows, random, now, repository } = past
  const number = past.nextNumber()
  const isClosed = state === 'completed' || state === 'not_planned'
  const ended = isClosed ? workingTime(random, opened.getTime() + 3 * hour, now.getTime() - hour) : null
  const { readers, milestoneIds } = repository
  const helpers = readers.filter((reader) => reader.right !== 'pull')
  const author = pick(random, kind === 'question' ? readers.slice(-2) : readers.slice(0, -1))
  const assigned = random() < 0.55 ? [pick(random, helpers).id] : []
  const said = discuss(past, number, repliesFor(kind), { from: opened, until: ended ?? now, most: 3 })
  insertAt(
    rows.issues,
    'Issue',
    {
      number,
      repo_id: repository.row.id,
      title,
      body,
      state: isClosed ? 'closed' : 'open',
      state_reason: state === 'open' ? null : state,
      locked: false,
      active_lock_reason: null,
      user_id: author.id,
      assignee_ids: assigned,
      label_ids: labelled(past, issueLabels(past, kind, !isClosed && assigned.length === 0)),
      milestone_id: milestoneIds.length > 0 && random() < 0.3 ? pick(random, milestoneIds) : null,
      comments: said.count,
      closed_at: ended?.toISOString() ?? null,
      closed_by_id: ended ? pick(random, helpers).id : null,
      is_pull_request: false,
    },
    opened,
    ended ?? said.last,
  )
}

function issueLabels({ random }: Past, kind: IssueKind, nobodyCares: boolean): string[] {
  return [
    kind,
    ...(kind === 'regression' ? ['bug'] : []),
    ...(nobodyCares && random() < 0.4 ? ['needs triage'] : []),
    ...(kind === 'documentation' && random() < 0.5 ? ['good first issue'] : []),
  ]
}

/** Plants a pull request that was opened at a moment, its branch, reviews and, at `ended`, its merge or end. */
export function plantPull(past: Past, pull: PullSeed, opened: Date, ended: Date | null): void {
  const { rows, now, repository, main } = past
  const number = past.nextNumber()
  const author = past.member(pull.by)
  const headSha = past.writeCommit({
    files: new Map([...main.files, [pull.path, pull.adds]]),
    message: pull.title,
    parents: [main.head],
    author,
    at: new Date(opened.getTime() - 20 * minute),
  })
  if (!ended) past.writeBranch(pull.branch, headSha, opened)
  const said = discuss(past, number, pullComments, { from: opened, until: ended ?? now, most: 2 })
  const reviewed = review(past, pull, { number, headSha, from: opened, until: ended ?? now })
  const conversation = {
    number,
    repo_id: repository.row.id,
    title: pull.title,
    body: pull.body,
    state: ended ? ('closed' as const) : ('open' as const),
    locked: false,
    user_id: author.id,
    assignee_ids: [author.id],
    label_ids: labelled(past, pull.labels),
    milestone_id: null,
    comments: said.count,
    closed_at: ended?.toISOString() ?? null,
  }
  const updated = ended ?? new Date(Math.max(said.last.getTime(), reviewed.getTime()))
  insertAt(
    rows.issues,
    'Issue',
    {
      ...conversation,
      state_reason: null,
      active_lock_reason: null,
      closed_by_id: null,
      is_pull_request: true,
    },
    opened,
    updated,
  )
  const row = insertAt(
    rows.pullRequests,
    'PullRequest',
    {
      ...conversation,
      head_ref: pull.branch,
      head_sha: headSha,
      head_repo_id: repository.row.id,
      base_ref: 'main',
      base_sha: main.head,
      base_repo_id: repository.row.id,
      merged: false,
      merged_at: null,
      merged_by_id: null,
      merge_commit_sha: null,
      mergeable: !ended,
      mergeable_state: ended ? 'unknown' : 'clean',
      review_comments: 0,
      commits: 1,
      additions: pull.adds.trimEnd().split('\n').length,
      deletions: 0,
      changed_files: 1,
      draft: pull.state === 'draft',
      requested_reviewer_ids: (pull.waiting ?? []).map((login) => past.member(login).id),
      requested_team_ids: [],
      auto_merge: null,
    },
    opened,
    updated,
  )
  if (!ended || pull.state !== 'merged') return
  past.later(ended, () => {
    const files = new Map([...past.main.files, [pull.path, pull.adds]] as const)
    Object.assign(row, {
      merged: true,
      merged_at: ended.toISOString(),
      merged_by_id: past.member(pull.reviews?.[0]?.[0] ?? pull.by).id,
      merge_commit_sha: past.commitToMain(files, `${pull.title} (#${number})`, pull.by, ended),
    })
  })
}

function labelled({ repository }: Past, names: string[]): number[] {
  return names.map((name) => repository.labelIds.get(name)!)
}

/** Plants a few comments; says how many and when the last one came. */
function discuss(
  { rows, random, repository }: Past,
  number: number,
  phrases: string[],
  { from, until, most }: { from: Date; until: Date; most: number },
): { count: number; last: Date } {
  const count = between(random, 0, most)
  let last = from
  for (let said = 0; said < count; said++) {
    last = workingTime(random, last.getTime() + minute, until.getTime())
    insertAt(
      rows.comments,
      'IssueComment',
      {
        repo_id: repository.row.id,
        issue_number: number,
        pull_number: null,
        commit_sha: null,
        body: pick(random, phrases),
        user_id: pick(random, repository.readers).id,
        in_reply_to_id: null,
        path: null,
        position: null,
        line: null,
        side: null,
        subject_type: null,
        comment_type: 'issue',
        review_id: null,
      },
      last,
    )
  }
  return { count, last }
}

/** Plants the reviews of a pull request in their order; returns when the last one came. */
function review(
  past: Past,
  pull: PullSeed,
  { number, headSha, from, until }: { number: number; headSha: string; from: Date; until: Date },
): Date {
  let last = from
  for (const [login, state, text] of pull.reviews ?? []) {
    last = workingTime(past.random, last.getTime() + minute, until.getTime())
    insertAt(
      past.rows.reviews,
      'PullRequestReview',
      {
        repo_id: past.repository.row.id,
        pull_number: number,
        user_id: past.member(login).id,
        body: text,
        state,
        commit_id: headSha,
        submitted_at: last.toISOString(),
      },
      last,
    )
    if (state !== 'APPROVED') commentOnLine(past, pull, { number, headSha, login, at: last })
  }
  return last
}

/** Whoever does not agree points at a line, and the author answers there. */
function commentOnLine(
  past: Past,
  { path, adds, by }: PullSeed,
  { number, headSha, login, at }: { number: number; headSha: string; login: string; at: Date },
): void {
  const lines = adds.trimEnd().split('\n')
  // The last line with words in the first half.
  const half = lines.slice(0, Math.ceil(lines.length / 2))
  const line = half.findLastIndex((text) => /\w/.test(text)) + 1
  const say = (body: string, who: string, in_reply_to_id: number | null) =>
    insertAt(
      past.rows.comments,
      'ReviewComment',
      {
        repo_id: past.repository.row.id,
        issue_number: null,
        pull_number: number,
        commit_sha: headSha,
        body,
        user_id: past.member(who).id,
        in_reply_to_id,
        path,
        position: line,
        line,
        side: 'RIGHT',
        subject_type: 'line',
        comment_type: 'review',
        review_id: null,
      },
      at,
    )
  const { id } = say('Why here? The other place that does this says so in its name.', login, null)
  say('Because both callers need it. I shall name it alike.', by, id)
}
