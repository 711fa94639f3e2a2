import { type CodedError, isCoded } from '../errors.ts'
import { statusOf } from '../github/failures.ts'

/** What concerns this one kind of thing only, and will be no different when asked again. */
export function isMissing(error: unknown): error is CodedError {
  return (
    isCoded(error, 'github_not_found') ||
    isCoded(error, 'github_forbidden') ||
    isCoded(error, 'github_unprocessable')
  )
}

/** A repository without a commit answers 409, one without issues 410: there is nothing, and nothing is wrong. */
export function isEmpty(error: unknown): boolean {
  const status = statusOf(error)
  return status === 409 || status === 410
}
