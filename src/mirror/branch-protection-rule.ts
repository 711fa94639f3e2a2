import type { BranchProtectionRule } from '../../contract/rules.ts'
import {
  type Fields,
  flagIn,
  integerIn,
  optionalIntegerIn,
  optionalTextIn,
  textIn,
  textsIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

const { plain, times, flags, json } = columnsOf<BranchProtectionRule>()

/**
 * The REST API lists no rules, only the protection of one branch to those who administer it: webhooks tell them.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#branch_protection_rule
 */
export const branchProtectionRule = {
  name: 'branch_protection_rule',
  version: 1,
  table: 'branch_protection_rules',
  key: ['id'],
  columns: [
    ...plain('id', 'name', 'required_approving_review_count'),
    ...json('required_status_checks'),
    ...flags('require_code_owner_review', 'dismiss_stale_reviews_on_push', 'admin_enforced'),
    ...flags('requires_linear_history', 'requires_signatures', 'requires_conversation_resolution'),
    ...flags('allows_force_pushes', 'allows_deletions'),
    ...times('created_at', 'updated_at'),
  ],
  read: (object) => ({
    id: integerIn(object, 'id'),
    name: textIn(object, 'name'),
    required_approving_review_count: isOn(object, 'pull_request_reviews_enforcement_level')
      ? optionalIntegerIn(object, 'required_approving_review_count', 0)
      : 0,
    required_status_checks: isOn(object, 'required_status_checks_enforcement_level')
      ? textsIn(object, 'required_status_checks')
      : [],
    require_code_owner_review: flagIn(object, 'require_code_owner_review'),
    dismiss_stale_reviews_on_push: flagIn(object, 'dismiss_stale_reviews_on_push'),
    admin_enforced: flagIn(object, 'admin_enforced'),
    requires_linear_history: isOn(object, 'linear_history_requirement_enforcement_level'),
    requires_signatures: isOn(object, 'signature_requirement_enforcement_level'),
    requires_conversation_resolution: isOn(object, 'required_conversation_resolution_level'),
    allows_force_pushes: isOn(object, 'allow_force_pushes_enforcement_level'),
    allows_deletions: isOn(object, 'allow_deletions_enforcement_level'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }),
  replaces: isNotOlder,
  begins: ['branch_protection_rule.created'],
  events: {
    branch_protection_rule: {
      at: 'rule',
      subject: true,
      gone: (payload) => optionalTextIn(payload, 'action') === 'deleted',
    },
  },
} satisfies Kind<BranchProtectionRule>

/** GitHub writes `off`, `non_admins` or `everyone`. */
function isOn(object: Fields, name: string): boolean {
  return (optionalTextIn(object, name) ?? 'off') !== 'off'
}
