import type { RunError } from '../../../contract/run.ts'
import { isCoded } from '../../errors.ts'

/** An answer, or why there is none. */
export type Decision<T> = { value: T; error: null } | { value: null; error: RunError }

/**
 * Evaluates what may fail because of what somebody wrote or sent: a coded error becomes part of the decision, so
 * that a broken expression fails its step and never the planning.
 */
export function decide<T>(evaluate: () => T): Decision<T> {
  try {
    return { value: evaluate(), error: null }
  } catch (error) {
    if (!isCoded(error)) throw error
    return { value: null, error: { code: error.code, message: error.message } }
  }
}
