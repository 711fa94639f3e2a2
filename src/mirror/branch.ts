import type { Branch } from '../../contract/mirror.ts'
import {
  type Fields,
  fieldsOf,
  flagIn,
  objectIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
  valuesIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import type { CommitFacts } from './commit.ts'
import { readPushedCommit, withoutEmail } from './commit.ts'
import { isNotOlder, type Kind } from './kind.ts'

/** A branch; a push does not tell whether it is protected. */
export type BranchFacts = Omit<Branch, 'protected'> & { protected: boolean | null }

const { plain, times, flags } = columnsOf<BranchFacts>()

/** Commits that a `push` change shows; more are counted only. */
const shownCommits = 20

export const branch = {
  name: 'branch',
  version: 1,
  table: 'branches',
  key: ['repository_id', 'name'],
  columns: [...plain('name', 'sha'), ...flags('protected'), ...times('updated_at', 'committed_at')],
  read: (object, { asOf }) => ({
    name: textIn(object, 'name'),
    sha: textIn(objectIn(object, 'commit'), 'sha'),
    protected: flagIn(object, 'protected'),
    // The list tells no time: it was so when GitHub answered.
    updated_at: asOf ?? new Date(0).toISOString(),
    committed_at: null,
  }),
  untold: { protected: false },
  replaces: isNotOlder,
  // So it keeps the time at which it was moved.
  stands: (listed, stored) => listed.sha === stored.sha && listed.protected === stored.protected,
  // Of the same second only where another commit is, which the deletion did not know.
  returns: ({ updated_at, sha }, { gone_at, sha: last }) =>
    updated_at > gone_at || (updated_at === gone_at && last !== null && sha !== last),
  events: {
    push: {
      subject: true,
      read(payload) {
        const name = branchIn(payload)
        if (name === null) return null
        const deleted = flagIn(payload, 'deleted')
        const before = deleted ? optionalTextIn(payload, 'before') : null
        const sha = before ?? textIn(payload, 'after')
        return {
          name,
          sha,
          protected: null,
          updated_at: pushedAt(payload),
          committed_at: deleted ? null : headTime(payload),
        }
      },
      gone: (payload) => branchIn(payload) !== null && flagIn(payload, 'deleted'),
    },
  },
  listed: { resource: 'branches', route: 'GET /repos/{owner}/{repo}/branches', complete: true },
  change({ payload, item, removed, full_name }) {
    const deleted = flagIn(payload, 'deleted')
    const pushed = valuesIn(payload, 'commits')
    const commits = pushed.slice(-shownCommits).flatMap(({ value }) => readableCommit(value) ?? [])
    return {
      kind: 'push',
      data: {
        ref: textIn(payload, 'ref'),
        branch: deleted || removed ? null : (item as Branch | null),
        deleted,
        forced: flagIn(payload, 'forced'),
        count: pushed.length,
        commits: commits.map(withoutEmail),
        full_name,
      },
    }
  },
} satisfies Kind<BranchFacts>

/** The branch that a push is to; null for a tag. */
export function branchIn(payload: Fields): string | null {
  const ref = textIn(payload, 'ref')
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null
}

/** A push has no time of its own; the repository in it was last pushed to just then, by GitHub's clock. */
export function pushedAt(payload: Fields): string {
  const repository = objectIn(payload, 'repository')
  return optionalTimeIn(repository, 'pushed_at') ?? timeIn(repository, 'updated_at')
}

/** When the commit was made that the branch stands on now; null where the push tells none, or an odd time. */
function headTime(payload: Fields): string | null {
  try {
    const head = optionalObjectIn(payload, 'head_commit')
    return head && (optionalTimeIn(head, 'timestamp') ?? null)
  } catch {
    return null
  }
}

function readableCommit(value: unknown): CommitFacts | null {
  try {
    return readPushedCommit(fieldsOf(value, 'commit'))
  } catch {
    return null // set aside where commits are read to be kept
  }
}
