import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Person } from '../common.ts'
import { ActionsRun, Comment, Commit, Issue, PullRequest, Repository } from '../mirror.ts'
import { Workflow } from '../workflows.ts'
import { searchTypes } from './words.ts'

const repository = Type.String({ description: '`owner/name`' })
const within = <Properties extends Type.TProperties>(properties: Properties) =>
  Type.Object({ ...properties, repository })

/** One thing that a search found, as its own list shows it. */
export const SearchHit = Type.Union(
  [
    Type.Object({ type: OneOf('repositories'), item: Repository }),
    Type.Object({ type: OneOf('issues'), item: within(Issue.properties) }),
    Type.Object({ type: OneOf('pulls'), item: within(PullRequest.properties) }),
    Type.Object({
      type: OneOf('comments'),
      item: within({
        ...Comment.properties,
        title: Type.String({ description: 'Of what it is about' }),
        pull_request: Type.Boolean(),
      }),
    }),
    Type.Object({ type: OneOf('commits'), item: within(Commit.properties) }),
    Type.Object({ type: OneOf('actions_runs'), item: within(ActionsRun.properties) }),
    Type.Object({ type: OneOf('workflows'), item: Workflow }),
    Type.Object({ type: OneOf('people'), item: Person }),
  ],
  { $id: 'SearchHit' },
)
export type SearchHit = Static<typeof SearchHit>

/** How much there is of each type, and what of the query was not understood. */
export const SearchCounts = Type.Object(
  {
    counts: Type.Array(
      Type.Object({
        type: OneOf(...searchTypes),
        count: Type.Integer(),
        more: Type.Boolean({ description: 'There are more than were counted' }),
      }),
    ),
    problems: Type.Array(
      Type.Object({
        from: Type.Integer({ description: 'Where in the query it begins' }),
        to: Type.Integer({ description: 'Where it ends' }),
        message: Type.String(),
        instead: Type.Optional(Type.String({ description: 'What was probably meant in its place' })),
      }),
    ),
  },
  { $id: 'SearchCounts' },
)
export type SearchCounts = Static<typeof SearchCounts>

/** A word of the search. */
export const SearchWordInfo = Type.Object(
  {
    word: Type.String(),
    means: Type.String(),
    types: Type.Array(OneOf(...searchTypes)),
    values: Type.Union([Type.Array(Type.String()), Type.String()], {
      description: 'Those that there are, or of which sort they are',
    }),
  },
  { $id: 'SearchWord' },
)
export type SearchWordInfo = Static<typeof SearchWordInfo>

/** What may stand behind a word's colon. */
export const SearchValue = Type.Object(
  {
    value: Type.String(),
    detail: Nullable(Type.String({ description: 'A colour, a picture, whatever is shown beside it' })),
  },
  { $id: 'SearchValue' },
)
export type SearchValue = Static<typeof SearchValue>
