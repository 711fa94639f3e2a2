type Json = Record<string, unknown>

/** A list as GraphQL gives it, cut where it was asked to be. */
export const connection = (nodes: unknown[], first = nodes.length) => ({
  totalCount: nodes.length,
  pageInfo: { hasNextPage: nodes.length > first },
  nodes: nodes.slice(0, first),
})

const person = (account: unknown) => {
  const { login, avatar_url, type = 'User' } = (account ?? {}) as Json
  if (login === undefined) return null
  const __typename = type === 'Bot' ? 'Bot' : 'User'
  return { __typename, login: String(login).replace(/\[bot\]$/, ''), avatarUrl: avatar_url ?? '' }
}
const people = (accounts: unknown) => ((accounts ?? []) as Json[]).map(person)

const contents = {
  ...{ '+1': 'THUMBS_UP', '-1': 'THUMBS_DOWN', laugh: 'LAUGH', hooray: 'HOORAY' },
  ...{ confused: 'CONFUSED', heart: 'HEART', rocket: 'ROCKET', eyes: 'EYES' },
}

/** GitHub names all eight, whether somebody gave them or not. */
const reactionGroups = (reactions: unknown) =>
  Object.entries(contents).map(([name, content]) => ({
    content,
    reactors: { totalCount: ((reactions ?? {}) as Json)[name] ?? 0 },
  }))

const upper = (text: unknown) => String(text).toUpperCase()
const times = ({ created_at, updated_at }: Json) => ({ createdAt: created_at, updatedAt: updated_at })

/** What REST writes of each, as GraphQL does. */
export const nodes = {
  branch: ({ name, commit, protected: isProtected }: Json) => ({
    name,
    branchProtectionRule: isProtected ? { id: `BPR_${name}` } : null,
    target: { __typename: 'Commit', oid: (commit as Json).sha },
  }),
  tag: ({ name, commit }: Json) => ({ name, target: { __typename: 'Commit', oid: (commit as Json).sha } }),
  commit: ({ sha, html_url, commit, author, parents }: Json) => {
    const {
      message,
      author: by,
      committer,
    } = commit as { message: string; author: Json | null; committer: Json | null }
    return {
      oid: sha,
      message,
      url: html_url,
      authoredDate: by?.date ?? committer?.date,
      committedDate: committer?.date ?? by?.date,
      author: by && { name: by.name, email: by.email, user: person(author) },
      parents: connection((parents as Json[]).map((parent) => ({ oid: parent.sha }))),
    }
  },
  pull: (pull: Json) => {
    const [head, base, autoMerge] = [pull.head as Json, pull.base as Json, pull.auto_merge as Json | null]
    const teams = ((pull.requested_teams ?? []) as Json[]).map(({ name }) => ({ __typename: 'Team', name }))
    const requested = [...people(pull.requested_reviewers), ...teams]
    return {
      ...{ fullDatabaseId: String(pull.id), id: pull.node_id, number: pull.number, title: pull.title },
      ...{
        body: pull.body ?? '',
        url: pull.html_url,
        locked: pull.locked ?? false,
        isDraft: pull.draft ?? false,
      },
      state: pull.merged_at ? 'MERGED' : upper(pull.state),
      ...times(pull),
      ...{ closedAt: pull.closed_at ?? null, mergedAt: pull.merged_at ?? null },
      ...{
        headRefName: head.ref,
        headRefOid: head.sha,
        baseRefName: base.ref,
        baseRefOid: base.sha ?? head.sha,
      },
      mergeStateStatus: upper(pull.mergeable_state ?? 'unknown'),
      ...{
        additions: pull.additions ?? 0,
        deletions: pull.deletions ?? 0,
        changedFiles: pull.changed_files ?? 0,
      },
      author: person(pull.user),
      mergedBy: person(pull.merged_by),
      milestone: pull.milestone ? { title: (pull.milestone as Json).title } : null,
      autoMergeRequest: autoMerge && {
        mergeMethod: upper(autoMerge.merge_method),
        enabledBy: person(autoMerge.enabled_by),
      },
      labels: connection(
        ((pull.labels ?? []) as Json[]).map(({ name, color, description = null }) => ({
          name,
          color,
          description,
        })),
      ),
      assignees: connection(people(pull.assignees)),
      reviewRequests: connection(requested.map((requestedReviewer) => ({ requestedReviewer }))),
      reactionGroups: reactionGroups(pull.reactions),
    }
  },
  review: ({ id, state, body, html_url, submitted_at, user }: Json) => ({
    ...{ fullDatabaseId: String(id), state: upper(state), body: body ?? '', url: html_url },
    submittedAt: submitted_at ?? null,
    author: person(user),
  }),
  comment: (comment: Json) => ({
    ...{ fullDatabaseId: String(comment.id), body: comment.body ?? '', url: comment.html_url },
    ...times(comment),
    author: person(comment.user),
    reactionGroups: reactionGroups(comment.reactions),
  }),
}
