/**
 * One table of coded errors. Engine, HTTP and metrics read the same rows, so that a failure has one name,
 * one status and one answer to "is it worth trying again?" everywhere.
 */
const table = {
  // the request
  invalid_request: { status: 400, retryable: false },
  malformed_json: { status: 400, retryable: false },
  invalid_state: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  invalid_token: { status: 401, retryable: false },
  invalid_signature: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  foreign_origin: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  body_too_slow: { status: 408, retryable: true },
  conflict: { status: 409, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  invalid_workflow: { status: 422, retryable: false },
  upgrade_required: { status: 426, retryable: false },
  rate_limited: { status: 429, retryable: true },
  internal: { status: 500, retryable: true },
  unavailable: { status: 503, retryable: true },
  database_refused: { status: 500, retryable: false },
  webhooks_not_configured: { status: 503, retryable: false },
  github_not_connected: { status: 409, retryable: false },
  github_refused: { status: 422, retryable: false },

  // GitHub's answers
  github_unauthorized: { status: 502, retryable: false },
  github_forbidden: { status: 502, retryable: false },
  github_not_found: { status: 502, retryable: false },
  github_unprocessable: { status: 502, retryable: false },
  github_rate_limited: { status: 503, retryable: true },
  github_unavailable: { status: 502, retryable: true },
  github_malformed: { status: 502, retryable: true },

  // steps
  expression_failed: { status: 422, retryable: false },
  step_failed: { status: 500, retryable: false },
  step_timeout: { status: 504, retryable: false },
  job_timeout: { status: 504, retryable: false },
  step_unavailable: { status: 502, retryable: true },
  step_cancelled: { status: 499, retryable: false },
  step_unknown: { status: 500, retryable: false },
  cannot_run_here: { status: 422, retryable: false },
  blocked_address: { status: 400, retryable: false },

  // start
  config_invalid: { status: 500, retryable: false },
  schema_newer: { status: 500, retryable: false },
  master_key_missing: { status: 500, retryable: false },
  decrypt_failed: { status: 500, retryable: false },
} as const

export type ErrorCode = keyof typeof table

/** An error of the table. `detail` is for people: what happened, why if known, and what to do. */
export class CodedError extends Error {
  override readonly name = 'CodedError'
  readonly code: ErrorCode
  /** For retryable errors: not before so many milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, detail: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(detail, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }

  get status(): number {
    return table[this.code].status
  }

  get retryable(): boolean {
    return table[this.code].retryable
  }
}

/** Makes an error of the table; throw what it returns. */
export function coded(
  code: ErrorCode,
  detail: string,
  options?: { cause?: unknown; retryAfterMs?: number },
): CodedError {
  return new CodedError(code, detail, options)
}

/** Tells whether an unknown thrown value is an error of the table, optionally of one code. */
export function isCoded(error: unknown, code?: ErrorCode): error is CodedError {
  return error instanceof CodedError && (code === undefined || error.code === code)
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
