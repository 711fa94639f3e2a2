import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Person, Timestamp } from './common.ts'

/** One file that a pull request changes. https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files */
export const PullFile = Type.Object(
  {
    filename: Type.String(),
    previous_filename: Nullable(Type.String()),
    status: Type.String({ description: 'added, removed, modified, renamed, copied, changed, unchanged' }),
    additions: Type.Integer(),
    deletions: Type.Integer(),
    sha: Nullable(Type.String({ description: 'Of its content: another content, another sha' })),
    patch: Nullable(
      Type.String({ description: 'Hunks of a unified diff; null for binary and very large files' }),
    ),
  },
  { $id: 'PullFile' },
)
export type PullFile = Static<typeof PullFile>

/** What somebody said on lines of a pull request. https://docs.github.com/en/rest/pulls/comments */
export const LineComment = Type.Object(
  {
    id: Type.Integer(),
    in_reply_to_id: Nullable(Type.Integer({ description: 'The first of its thread' })),
    path: Type.String(),
    line: Nullable(Type.Integer({ description: 'null: the lines are not there any more' })),
    side: OneOf('LEFT', 'RIGHT'),
    user: Nullable(Person),
    body: Type.String(),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'LineComment' },
)
export type LineComment = Static<typeof LineComment>
