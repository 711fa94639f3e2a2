import { ShieldLockIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { BranchProtectionRule } from '../../../contract/rules.ts'
import { itemsOf } from '../data/items-of.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { Section } from './page.tsx'
import styles from './rules-panel.module.css'
import { readable } from './state-icon.tsx'

const targets: Readonly<Record<string, string>> = { branch: 'branches', tag: 'tags', push: 'pushes' }

/** By which rules branches and tags are changed; nothing where there are none. */
export function RulesPanel({ fullName }: { fullName: string }) {
  const rulesets = itemsOf(useInfiniteQuery(plainQuery('ruleset', fullName)))
  const protections = itemsOf(useInfiniteQuery(plainQuery('branch_protection_rule', fullName)))
  if (rulesets.length + protections.length === 0) return null
  return (
    <Section title="Rules">
      <ul className={styles.rules} aria-label="Rules">
        {rulesets.map(({ id, name, target, enforcement, source }) => (
          <li key={`ruleset ${id}`} className={styles.rule}>
            <ShieldLockIcon size={16} />
            <span className={styles.words}>
              <strong>{name}</strong> for {targets[target ?? 'branch'] ?? target}
              {source && `, of ${source}`}
            </span>
            <Label variant={enforcement === 'active' ? 'success' : 'secondary'}>
              {readable(enforcement)}
            </Label>
          </li>
        ))}
        {protections.map((rule) => (
          <li key={`protection ${rule.id}`} className={styles.rule}>
            <ShieldLockIcon size={16} />
            <span className={styles.words}>
              <code>{rule.name}</code> {wantsOf(rule).join(', ') || 'is protected'}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** What a rule wants before something is merged, in words. */
function wantsOf(rule: BranchProtectionRule): string[] {
  const { required_approving_review_count: reviews, required_status_checks: checks } = rule
  return [
    ...(reviews > 0 ? [reviews === 1 ? 'needs an approval' : `needs ${reviews} approvals`] : []),
    ...(checks.length > 0 ? [`needs ${checks.join(', ')} to pass`] : []),
    ...(rule.require_code_owner_review ? ['needs a code owner'] : []),
    ...(rule.requires_conversation_resolution ? ['needs conversations resolved'] : []),
    ...(rule.requires_signatures ? ['needs signatures'] : []),
    ...(rule.requires_linear_history ? ['keeps a linear history'] : []),
    ...(rule.admin_enforced ? ['holds for administrators, too'] : []),
    ...(rule.allows_force_pushes ? ['allows force pushes'] : []),
    ...(rule.allows_deletions ? ['allows deletion'] : []),
  ]
}
