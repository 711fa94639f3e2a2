import { type Static, Type } from 'typebox'
import { Nullable, Timestamp } from './common.ts'
import { WorkflowInput } from './workflows.ts'

/** What the file of a workflow says at one commit or branch. */
export const WorkflowFile = Type.Object(
  {
    /** Its inputs; null: it cannot be started by hand. */
    dispatch: Nullable(Type.Array(WorkflowInput)),
    jobs: Type.Array(
      Type.Object({ id: Type.String(), name: Type.String(), needs: Type.Array(Type.String()) }),
    ),
  },
  { $id: 'WorkflowFile' },
)
export type WorkflowFile = Static<typeof WorkflowFile>

/** A deployment that waits for somebody's yes. */
export const PendingDeployment = Type.Object(
  {
    environment: Type.Object({ id: Type.Integer(), name: Type.String() }),
    current_user_can_approve: Type.Boolean(),
    reviewers: Type.Array(Type.String({ description: 'Login of a person, or name of a team' })),
  },
  { $id: 'PendingDeployment' },
)
export type PendingDeployment = Static<typeof PendingDeployment>

export const Artifact = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    size_in_bytes: Type.Integer(),
    expired: Type.Boolean(),
    created_at: Nullable(Timestamp),
    expires_at: Nullable(Timestamp),
  },
  { $id: 'Artifact' },
)
export type Artifact = Static<typeof Artifact>

/** What a check says about a place in a file. */
export const Annotation = Type.Object(
  {
    path: Type.String(),
    start_line: Type.Integer(),
    end_line: Type.Integer(),
    annotation_level: Type.String({ description: 'notice, warning, failure' }),
    title: Nullable(Type.String()),
    message: Type.String(),
  },
  { $id: 'Annotation' },
)
export type Annotation = Static<typeof Annotation>
