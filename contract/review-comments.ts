import { type Static, Type } from 'typebox'
import { Nullable, Person, Reactions, Timestamp } from './common.ts'

export const ReviewComment = Type.Object(
  {
    id: Type.Integer(),
    review_id: Nullable(Type.Integer()),
    pull_number: Type.Integer(),
    in_reply_to_id: Nullable(Type.Integer({ description: 'The comment that its thread begins with' })),
    path: Type.String(),
    line: Nullable(Type.Integer({ description: 'null: the line is not part of the difference any more' })),
    start_line: Nullable(Type.Integer()),
    side: Nullable(Type.String({ description: 'LEFT: of what was, RIGHT: of what is' })),
    original_line: Nullable(Type.Integer()),
    commit_id: Type.String(),
    original_commit_id: Type.String(),
    diff_hunk: Type.String(),
    body: Type.String(),
    reactions: Reactions,
    user: Nullable(Person),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'ReviewComment' },
)
export type ReviewComment = Static<typeof ReviewComment>

/** What belongs together of a review's comments, known by the first of them. */
export const ReviewThread = Type.Object(
  {
    id: Type.Integer({ description: 'Of the comment that it begins with' }),
    node_id: Type.String(),
    pull_number: Type.Integer(),
    resolved: Type.Boolean(),
    updated_at: Timestamp,
  },
  { $id: 'ReviewThread' },
)
export type ReviewThread = Static<typeof ReviewThread>
