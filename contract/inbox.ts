import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './common.ts'

/** Why something needs a person: from what asks most of them to what only tells. */
const inboxReasons = [
  'review_requested',
  'changes_requested',
  'failed',
  'approval',
  'assigned',
  'mentioned',
  'approved',
  'reviewed',
  'replied',
] as const
export type InboxReason = (typeof inboxReasons)[number]

export const inboxPlaces = ['inbox', 'snoozed', 'done'] as const
export type InboxPlace = (typeof inboxPlaces)[number]

/** One thread that needs its person, or did: an issue, a pull request, a run of Actions. */
export const InboxItem = Type.Object(
  {
    id: Type.String({ description: 'Of this thread in the person’s inbox' }),
    repository: Type.String({ description: '`owner/name`' }),
    kind: OneOf('issue', 'pull_request', 'actions_run'),
    number: Type.Integer({ description: 'As in `#12`; of a run GitHub’s id' }),
    title: Type.String(),
    reason: OneOf(...inboxReasons),
    actor: Nullable(Type.String({ description: 'Login of who caused it' })),
    at: Timestamp,
    unread: Type.Boolean(),
    muted: Type.Boolean({ description: 'Nothing that happens there brings it back' }),
    place: OneOf(...inboxPlaces),
    snoozed_until: Nullable(Timestamp),
  },
  { $id: 'InboxItem' },
)
export type InboxItem = Static<typeof InboxItem>

type Counts = Record<InboxReason, ReturnType<typeof Type.Integer>>

export const InboxCount = Type.Object(
  {
    inbox: Type.Integer(),
    unread: Type.Integer(),
    reasons: Type.Partial(
      Type.Object(Object.fromEntries(inboxReasons.map((reason) => [reason, Type.Integer()])) as Counts),
    ),
  },
  { $id: 'InboxCount' },
)
export type InboxCount = Static<typeof InboxCount>
