import { type Static, Type } from 'typebox'
import { Nullable, OneOf } from './common.ts'

/** What a command has to say about a place, or in general. */
export const StepAnnotation = Type.Object(
  {
    level: OneOf('error', 'warning', 'notice'),
    message: Type.String(),
    title: Nullable(Type.String()),
    file: Nullable(Type.String()),
    line: Nullable(Type.Integer()),
  },
  { $id: 'StepAnnotation' },
)
export type StepAnnotation = Static<typeof StepAnnotation>

/** What a step with `run` has left beside its outputs. */
export const StepOutput = Type.Object(
  {
    job: Type.String(),
    step: Type.String(),
    state: OneOf('open', 'closed'),
    first: Type.Integer({
      description: 'Of a log that is too long the beginning is left out: the first byte there is',
    }),
    bytes: Type.Integer({ description: 'Where the log ends now' }),
    annotations: Type.Array(StepAnnotation),
    summary: Nullable(Type.String({ description: 'Markdown, from `$GITHUB_STEP_SUMMARY`' })),
  },
  { $id: 'StepOutput' },
)
export type StepOutput = Static<typeof StepOutput>
