import { coded } from '../../errors.ts'
import type { StepDefinition } from './definition.ts'
import { type Contexts, evaluateTemplate } from './expressions.ts'

/** 24 days: a timer of Node's holds no more. */
export const maxTimeoutMinutes = 34_560

/**
 * After how many minutes a step fails by its own `timeout-minutes`; null: it says nothing.
 * Throws `expression_failed` when an expression gives no such number.
 */
export function stepTimeout(
  { timeout_minutes: written }: Pick<StepDefinition, 'timeout_minutes'>,
  contexts: () => Contexts,
): number | null {
  if (typeof written !== 'string') return written
  const text = evaluateTemplate(written, contexts())
  const minutes = Number(text || Number.NaN)
  if (minutes > 0 && minutes <= maxTimeoutMinutes) return minutes
  throw coded(
    'expression_failed',
    `'timeout-minutes' must give a number above 0, at most ${maxTimeoutMinutes}; it gave '${text.slice(0, 100)}'`,
  )
}
