import type { Tag } from '../../contract/releases.ts'
import { type Fields, flagIn, objectIn, optionalTextIn, textIn } from '../domain/mirror/fields.ts'
import { pushedAt } from './branch.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

const { plain, times } = columnsOf<Tag>()

/**
 * A push tells where a tag stands, `delete` that it is gone; of more than three at once neither tells, and the next
 * sync finds them. https://docs.github.com/en/rest/repos/repos#list-repository-tags
 */
export const tag = {
  name: 'tag',
  version: 1,
  table: 'tags',
  key: ['repository_id', 'name'],
  columns: [...plain('name', 'sha'), ...times('updated_at')],
  read: (object, { asOf }) => ({
    name: textIn(object, 'name'),
    sha: textIn(objectIn(object, 'commit'), 'sha'),
    updated_at: asOf ?? new Date(0).toISOString(),
  }),
  replaces: isNotOlder,
  // The list tells no time; one that was not moved keeps the time at which it was.
  stands: (listed, stored) => listed.sha === stored.sha,
  returns: ({ updated_at }, { gone_at }) => updated_at > gone_at,
  events: {
    push: {
      read(payload) {
        const name = tagIn(textIn(payload, 'ref'))
        if (name === null || flagIn(payload, 'deleted')) return null
        return { name, sha: headOf(payload), updated_at: pushedAt(payload) }
      },
    },
    delete: {
      subject: true,
      read: (payload) =>
        optionalTextIn(payload, 'ref_type') === 'tag'
          ? { name: textIn(payload, 'ref'), sha: '', updated_at: pushedAt(payload) }
          : null,
      gone: () => true,
    },
  },
  listed: { resource: 'tags', route: 'GET /repos/{owner}/{repo}/tags', complete: true },
} satisfies Kind<Tag>

function tagIn(ref: string): string | null {
  return ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : null
}

/** The commit of a tag with words of its own, which is an object besides it. */
function headOf(payload: Fields): string {
  const head = payload.values.head_commit ? objectIn(payload, 'head_commit') : null
  return head ? textIn(head, 'id') : textIn(payload, 'after')
}
