import { type Static, Type } from 'typebox'
import { Nullable } from './common.ts'

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
