import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './common.ts'

/** Something wrong with a workflow's source; `line` and `column` count from 1. */
export const WorkflowProblem = Type.Object(
  {
    line: Type.Integer(),
    column: Type.Integer(),
    message: Type.String(),
    severity: OneOf('error', 'warning'),
  },
  { $id: 'WorkflowProblem' },
)
export type WorkflowProblem = Static<typeof WorkflowProblem>

/** What the graph of a definition shows. */
export const WorkflowGraph = Type.Object(
  {
    jobs: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        needs: Type.Array(Type.String()),
        steps: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), uses: Type.String() })),
      }),
    ),
  },
  { $id: 'WorkflowGraph' },
)
export type WorkflowGraph = Static<typeof WorkflowGraph>

/** One input of `workflow_dispatch`. */
export const WorkflowInput = Type.Object({
  name: Type.String(),
  type: OneOf('string', 'boolean', 'number', 'choice', 'environment'),
  description: Nullable(Type.String()),
  required: Type.Boolean(),
  default: Nullable(Type.String()),
  options: Type.Array(Type.String()),
})
export type WorkflowInput = Static<typeof WorkflowInput>

export const Workflow = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    version: Type.Integer(),
    enabled: Type.Boolean(),
    created_by: Nullable(Type.String({ description: 'Login; its steps act as this person' })),
    triggers: Type.Array(Type.String(), { description: 'Names of events, `schedule`, `workflow_dispatch`' }),
    visibility: OneOf('private', 'shared'),
    fault: Nullable(
      Type.Object({
        message: Type.String({
          description: 'Why it could not be started the last time that it should have been',
        }),
        at: Timestamp,
      }),
    ),
    next_at: Nullable(Timestamp),
    last_run: Nullable(
      Type.Object({
        id: Type.String(),
        status: Type.String(),
        conclusion: Nullable(Type.String()),
        created_at: Timestamp,
      }),
    ),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Workflow' },
)
export type Workflow = Static<typeof Workflow>

export const WorkflowDetail = Type.Object(
  {
    ...Workflow.properties,
    source: Type.String(),
    graph: WorkflowGraph,
    inputs: Nullable(Type.Array(WorkflowInput, { description: 'null: it cannot be started by hand' })),
    can_edit: Type.Boolean(),
  },
  { $id: 'WorkflowDetail' },
)
export type WorkflowDetail = Static<typeof WorkflowDetail>

export const WorkflowVersion = Type.Object(
  {
    version: Type.Integer(),
    created_by: Nullable(Type.String()),
    created_at: Timestamp,
    source: Type.String(),
  },
  { $id: 'WorkflowVersion' },
)
export type WorkflowVersion = Static<typeof WorkflowVersion>

/** `POST /workflows`, `PUT /workflows/{id}`: the name is in the source. */
export const WorkflowSource = Type.Object(
  { source: Type.String({ minLength: 1, maxLength: 262_144 }) },
  { additionalProperties: false },
)
export type WorkflowSource = Static<typeof WorkflowSource>

/** `PATCH /workflows/{id}` */
export const WorkflowPatch = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean()),
    visibility: Type.Optional(OneOf('private', 'shared')),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type WorkflowPatch = Static<typeof WorkflowPatch>

/** `POST /workflows/validate` */
export const WorkflowValidation = Type.Object(
  {
    problems: Type.Array(WorkflowProblem),
    graph: Nullable(WorkflowGraph),
    inputs: Nullable(Type.Array(WorkflowInput)),
  },
  { $id: 'WorkflowValidation' },
)
export type WorkflowValidation = Static<typeof WorkflowValidation>

/** `POST /workflows/{id}/runs` */
export const RunRequest = Type.Object(
  {
    inputs: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Boolean(), Type.Number()])),
    ),
    repository: Type.Optional(Type.String({ description: '`owner/name` that the run is about' })),
  },
  { additionalProperties: false },
)
export type RunRequest = Static<typeof RunRequest>

export const RunStatus = OneOf('queued', 'in_progress', 'completed')
export type RunStatus = Static<typeof RunStatus>
export const Conclusion = OneOf('success', 'failure', 'cancelled', 'skipped')
export type Conclusion = Static<typeof Conclusion>

/** The summary of one execution; its whole state is `reduce(journal)`, see `run.ts`. */
export const Run = Type.Object(
  {
    id: Type.String(),
    workflow_id: Type.String(),
    workflow_name: Type.String(),
    version: Type.Integer(),
    number: Type.Integer(),
    attempt: Type.Integer(),
    name: Type.String(),
    event: Type.String(),
    repository: Nullable(Type.String()),
    delivery_id: Nullable(Type.String()),
    actor: Nullable(Type.String()),
    cause_depth: Type.Integer({
      description: 'How many runs caused one another before this one; 0: people or a schedule did',
    }),
    status: RunStatus,
    conclusion: Nullable(Conclusion),
    created_at: Timestamp,
    started_at: Nullable(Timestamp),
    completed_at: Nullable(Timestamp),
  },
  { $id: 'Run' },
)
export type Run = Static<typeof Run>
