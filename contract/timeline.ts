import { type Static, Type } from 'typebox'
import { Nullable, Person, Timestamp } from './common.ts'

/** What an event of a timeline tells besides who and when; each only where GitHub tells it. */
export const TimelineDetail = Type.Object({
  label: Type.Optional(Type.Object({ name: Type.String(), color: Type.String() })),
  milestone: Type.Optional(Type.String()),
  /** Who was assigned, or asked to review. */
  person: Type.Optional(Type.String()),
  team: Type.Optional(Type.String()),
  from: Type.Optional(Type.String({ description: 'The title, or the base, before' })),
  to: Type.Optional(Type.String()),
  commit: Type.Optional(Type.String({ description: 'Its hash' })),
  message: Type.Optional(Type.String({ description: 'The first line of the commit' })),
  reason: Type.Optional(Type.String({ description: 'Why it was closed or locked' })),
  source: Type.Optional(
    Type.Object(
      {
        repository: Type.String(),
        number: Type.Integer(),
        title: Type.String(),
        state: Type.String(),
        is_pull: Type.Boolean(),
      },
      { description: 'Where it was mentioned' },
    ),
  ),
})
export type TimelineDetail = Static<typeof TimelineDetail>

/** Something that happened to an issue or a pull request, besides what was said. */
export const TimelineEvent = Type.Object(
  {
    name: Type.String({ description: 'What tells it from others of its repository; in the order of time' }),
    issue_number: Type.Integer(),
    event: Type.String({ description: "GitHub's word: `labeled`, `closed`, `cross-referenced`, …" }),
    actor: Nullable(Person),
    created_at: Timestamp,
    detail: TimelineDetail,
  },
  { $id: 'TimelineEvent' },
)
export type TimelineEvent = Static<typeof TimelineEvent>
