import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Person, Reactions, Timestamp } from './common.ts'

export const Discussion = Type.Object(
  {
    id: Type.Integer(),
    node_id: Type.String(),
    number: Type.Integer(),
    title: Type.String(),
    body: Nullable(Type.String()),
    category: Type.String(),
    state: OneOf('open', 'closed'),
    state_reason: Nullable(Type.String()),
    locked: Type.Boolean(),
    answer_html_url: Nullable(Type.String({ description: 'The comment that was chosen as the answer' })),
    user: Nullable(Person),
    comments: Type.Integer(),
    reactions: Reactions,
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Discussion' },
)
export type Discussion = Static<typeof Discussion>

export const DiscussionComment = Type.Object(
  {
    id: Type.Integer(),
    node_id: Type.String(),
    discussion_number: Type.Integer(),
    parent_id: Nullable(Type.Integer({ description: 'The comment that it replies to' })),
    body: Type.String(),
    user: Nullable(Person),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'DiscussionComment' },
)
export type DiscussionComment = Static<typeof DiscussionComment>
