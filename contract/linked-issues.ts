import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './common.ts'

const linked = {
  id: Type.Integer(),
  number: Type.Integer({ description: 'In its own repository' }),
  title: Type.String(),
  state: OneOf('open', 'closed'),
  state_reason: Nullable(Type.String({ description: '`completed`, `not_planned`, `reopened`, `duplicate`' })),
  repository: Type.String({ description: '`owner/name`: it may be in another one' }),
  html_url: Type.String(),
  updated_at: Timestamp,
}

/** A part of an issue that is an issue itself. */
export const SubIssue = Type.Object(
  { ...linked, parent_number: Type.Integer({ description: 'The issue that it is a part of' }) },
  { $id: 'SubIssue' },
)
export type SubIssue = Static<typeof SubIssue>

/** An issue that another one waits for (`blocked_by`), or that waits for it (`blocking`). */
export const IssueDependency = Type.Object(
  {
    name: Type.String({ description: 'What tells it from others of its repository' }),
    list: Type.String({ description: '`<issue_number>/<direction>`' }),
    issue_number: Type.Integer({ description: 'The issue that it is told of' }),
    direction: OneOf('blocked_by', 'blocking'),
    ...linked,
  },
  { $id: 'IssueDependency' },
)
export type IssueDependency = Static<typeof IssueDependency>

/** What is said of an issue wherever another one leads to it. */
export type LinkedIssue = Omit<SubIssue, 'parent_number'>
