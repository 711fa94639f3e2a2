import { CheckIcon, DotFillIcon, type Icon, XIcon } from '@primer/octicons-react'
import type { Checks } from '../../../contract/checks.ts'
import styles from './check-state.module.css'

const looks: Record<Checks['state'], Icon> = { success: CheckIcon, failure: XIcon, pending: DotFillIcon }

/** How a commit stands, as a small icon beside its name; nothing where nothing is said of it. */
export function CheckState({ checks, sha }: { checks: Checks | null | undefined; sha: string }) {
  // Of a pull request that has moved on meanwhile, its last commit's say nothing of it.
  if (checks?.sha !== sha) return null
  const Glyph = looks[checks.state]
  const words = tellChecks(checks)
  return (
    <span className={`${styles.icon} ${styles[checks.state]}`} role="img" aria-label={words} title={words}>
      <Glyph size={16} />
    </span>
  )
}

/** `2 of 5 checks failed`. */
export function tellChecks({ state, total, failed, pending }: Omit<Checks, 'sha'>): string {
  const all = total === 1 ? '1 check' : `${total} checks`
  if (state === 'failure') return `${failed} of ${all} failed`
  if (state === 'pending') return `${pending} of ${all} pending`
  return total === 1 ? '1 check passed' : `All ${all} passed`
}
