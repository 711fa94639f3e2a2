import { type Static, Type } from 'typebox'

const Given = Type.Array(Type.String(), { description: 'As in the counts: `+1`, `heart`, …' })

/** Which reactions the caller gave to an issue or a pull request and to what is said on it. */
export const OwnReactions = Type.Object(
  {
    subject: Given,
    comments: Type.Record(Type.String(), Given, { description: 'By the id of the comment' }),
    lines: Type.Record(Type.String(), Given, { description: 'By the id of the comment on lines' }),
  },
  { $id: 'OwnReactions' },
)
export type OwnReactions = Static<typeof OwnReactions>

/** GraphQL's names of the reactions. https://docs.github.com/en/graphql/reference/enums#reactioncontent */
export const reactionNames = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  hooray: 'HOORAY',
  confused: 'CONFUSED',
  heart: 'HEART',
  rocket: 'ROCKET',
  eyes: 'EYES',
} as const
export type ReactionName = keyof typeof reactionNames
