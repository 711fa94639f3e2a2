import { type Static, Type } from 'typebox'

/** How pull requests of a repository may be merged. */
export const MergeMethods = Type.Object(
  {
    merge: Type.Boolean(),
    squash: Type.Boolean(),
    rebase: Type.Boolean(),
    auto: Type.Boolean({ description: 'Whether they may merge by themselves, once everything is there' }),
    delete_branch: Type.Boolean({ description: 'Whether GitHub deletes the branch by itself' }),
  },
  { $id: 'MergeMethods' },
)
export type MergeMethods = Static<typeof MergeMethods>
