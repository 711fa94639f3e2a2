import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './common.ts'

export const BranchProtectionRule = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String({ description: 'Which branches: a name or a pattern' }),
    required_approving_review_count: Type.Integer({ description: '0: no review is required' }),
    required_status_checks: Type.Array(Type.String()),
    require_code_owner_review: Type.Boolean(),
    dismiss_stale_reviews_on_push: Type.Boolean(),
    admin_enforced: Type.Boolean(),
    requires_linear_history: Type.Boolean(),
    requires_signatures: Type.Boolean(),
    requires_conversation_resolution: Type.Boolean(),
    allows_force_pushes: Type.Boolean(),
    allows_deletions: Type.Boolean(),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'BranchProtectionRule' },
)
export type BranchProtectionRule = Static<typeof BranchProtectionRule>

export const Ruleset = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    target: Nullable(Type.String({ description: 'branch, tag, push' })),
    source: Type.String({ description: 'The repository or organisation whose rules these are' }),
    enforcement: OneOf('active', 'evaluate', 'disabled'),
    created_at: Nullable(Timestamp),
    updated_at: Timestamp,
  },
  { $id: 'Ruleset' },
)
export type Ruleset = Static<typeof Ruleset>
