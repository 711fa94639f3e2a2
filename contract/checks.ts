import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Person, Timestamp } from './common.ts'

// What is said of a commit: by apps (check suites and their runs), by everybody else (statuses), and by all together.

export const CheckSuite = Type.Object(
  {
    id: Type.Integer(),
    head_branch: Nullable(Type.String()),
    head_sha: Type.String(),
    status: Nullable(Type.String({ description: 'queued, in_progress, completed, …' })),
    conclusion: Nullable(Type.String()),
    app: Nullable(Type.String({ description: 'Name of the app' })),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'CheckSuite' },
)
export type CheckSuite = Static<typeof CheckSuite>

export const CheckRun = Type.Object(
  {
    id: Type.Integer(),
    check_suite_id: Nullable(Type.Integer()),
    head_sha: Type.String(),
    name: Type.String(),
    status: Type.String({ description: 'queued, in_progress, completed, …' }),
    conclusion: Nullable(Type.String()),
    app: Nullable(Type.String({ description: 'Name of the app' })),
    title: Nullable(Type.String({ description: 'Of its output' })),
    summary: Nullable(Type.String({ description: 'Of its output' })),
    annotations_count: Type.Integer(),
    html_url: Nullable(Type.String()),
    details_url: Nullable(Type.String()),
    started_at: Nullable(Timestamp),
    completed_at: Nullable(Timestamp),
  },
  { $id: 'CheckRun' },
)
export type CheckRun = Static<typeof CheckRun>

export const CommitStatus = Type.Object(
  {
    id: Type.Integer(),
    sha: Type.String(),
    context: Type.String(),
    state: OneOf('error', 'failure', 'pending', 'success'),
    description: Nullable(Type.String()),
    target_url: Nullable(Type.String()),
    creator: Nullable(Person),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'CommitStatus' },
)
export type CommitStatus = Static<typeof CommitStatus>

/** How a commit stands by its check runs and statuses, of each name and context the latest. */
export const Checks = Type.Object(
  {
    sha: Type.String(),
    state: OneOf('failure', 'pending', 'success'),
    total: Type.Integer(),
    failed: Type.Integer(),
    pending: Type.Integer(),
  },
  { $id: 'Checks' },
)
export type Checks = Static<typeof Checks>
