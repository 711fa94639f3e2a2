import { type Static, type TSchema, Type } from 'typebox'

/** Time as ISO 8601 in UTC, as GitHub writes it. */
export const Timestamp = Type.String({ format: 'date-time' })

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** A closed set of words. */
export const OneOf = <const T extends string[]>(...words: T) => Type.Enum<T>(words)

/** RFC 9457: the body of every answer that is an error. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable name of the error, for programs' }),
    detail: Type.String({ description: 'What happened and what to do, for people' }),
    requestId: Type.String(),
    problems: Type.Optional(
      Type.Array(
        Type.Object({
          line: Type.Integer(),
          column: Type.Integer(),
          message: Type.String(),
          severity: Type.String(),
        }),
        { description: 'What is wrong with a workflow, by place' },
      ),
    ),
  },
  { $id: 'Problem' },
)
export type Problem = Static<typeof Problem>

/** `?limit=&after=`; the answer carries `Link: …; rel="next"` while there is more. */
export const Paging = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 30 })),
  after: Type.Optional(Type.String({ maxLength: 200, description: 'Opaque cursor of the Link header' })),
})
export type Paging = Static<typeof Paging>

export const Person = Type.Object({ login: Type.String(), avatar_url: Nullable(Type.String()) })
export type Person = Static<typeof Person>

export const Label = Type.Object({
  name: Type.String(),
  color: Type.String({ description: 'Six hexadecimal digits' }),
  description: Type.Optional(Nullable(Type.String())),
})
export type Label = Static<typeof Label>

/** How often each reaction was given, by GitHub's names: `+1`, `heart`, `rocket`, …; without those that nobody gave. */
export const Reactions = Type.Record(Type.String(), Type.Integer())
export type Reactions = Static<typeof Reactions>
