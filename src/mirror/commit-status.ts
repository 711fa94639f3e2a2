import type { CommitStatus } from '../../contract/checks.ts'
import { type Fields, integerIn, optionalTextIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { ofHead } from './check-run.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'
import { personIn } from './people.ts'

const { plain, times, person, toldColumn } = columnsOf<CommitStatus>()

/** Never changed: what is said anew of a commit is another one. https://docs.github.com/en/rest/commits/statuses */
export const commitStatus = {
  name: 'commit_status',
  version: 1,
  table: 'commit_statuses',
  key: ['id'],
  columns: [
    ...plain('id', 'sha', 'context', 'state', 'description', 'target_url'),
    person('creator'),
    ...times('created_at', 'updated_at'),
    toldColumn,
  ],
  // A list tells the commit by its address only.
  read: (object, { under }) => readStatus(object, { sha: String(under), creator: 'creator' }),
  told: { columns: ['id', 'context', 'state', 'description', 'target_url', 'created_at', 'updated_at'] },
  replaces: () => true,
  events: {
    status: {
      subject: true,
      read: (payload) => readStatus(payload, { sha: textIn(payload, 'sha'), creator: 'sender' }),
    },
  },
  listed: {
    resource: 'commit_statuses',
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/statuses',
    under: ofHead,
  },
} satisfies Kind<CommitStatus>

function readStatus(object: Fields, { sha, creator }: { sha: string; creator: string }): CommitStatus {
  const state = textIn(object, 'state')
  return {
    id: integerIn(object, 'id'),
    sha,
    context: textIn(object, 'context'),
    state: state === 'success' || state === 'failure' || state === 'error' ? state : 'pending',
    description: optionalTextIn(object, 'description'),
    target_url: optionalTextIn(object, 'target_url'),
    creator: personIn(object, creator),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }
}
