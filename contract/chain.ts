import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './common.ts'

/** One link of the chain of cause and effect around an issue or a pull request. */
export const ChainLink = Type.Object(
  {
    kind: OneOf(
      'issue',
      'pull_request',
      'run',
      'review',
      'checks',
      'actions_run',
      'merge',
      'close',
      'deployment',
    ),
    at: Timestamp,
    ended_at: Nullable(Timestamp),
    title: Type.String({ description: 'Of the issue, the workflow, the environment, whatever it is' }),
    state: Type.String({ description: 'open, success, APPROVED, …' }),
    by: Nullable(Type.String({ description: 'Login' })),
    number: Nullable(Type.Integer({ description: 'Of the issue or the pull request that it is about' })),
    id: Nullable(Type.String({ description: 'Of the run, here or on GitHub, the deployment or the review' })),
    delivery: Nullable(
      Type.String({ description: 'GUID of the webhook that told of it, while that is kept' }),
    ),
  },
  { $id: 'ChainLink' },
)
export type ChainLink = Static<typeof ChainLink>
