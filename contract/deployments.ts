import { type Static, Type } from 'typebox'
import { Nullable, Person, Timestamp } from './common.ts'

export const DeploymentStatus = Type.Object(
  {
    id: Type.Integer(),
    deployment_id: Type.Integer(),
    state: Type.String({ description: 'queued, in_progress, success, failure, error, inactive, …' }),
    environment: Type.String(),
    description: Nullable(Type.String()),
    target_url: Nullable(Type.String()),
    log_url: Nullable(Type.String()),
    environment_url: Nullable(Type.String()),
    creator: Nullable(Person),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'DeploymentStatus' },
)
export type DeploymentStatus = Static<typeof DeploymentStatus>

export const Deployment = Type.Object(
  {
    id: Type.Integer(),
    sha: Type.String(),
    ref: Type.String(),
    task: Type.String(),
    environment: Type.String(),
    description: Nullable(Type.String()),
    transient_environment: Type.Boolean(),
    production_environment: Type.Boolean(),
    creator: Nullable(Person),
    created_at: Timestamp,
    updated_at: Timestamp,
    status: Type.Optional(
      Nullable(Type.Object(DeploymentStatus.properties, { description: 'The latest; not in changes' })),
    ),
  },
  { $id: 'Deployment' },
)
export type Deployment = Static<typeof Deployment>

export const Environment = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    protection_rules: Type.Array(Type.String(), {
      description: 'Their types: wait_timer, required_reviewers, branch_policy, …',
    }),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Environment' },
)
export type Environment = Static<typeof Environment>
