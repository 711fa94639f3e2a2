import type { Problem } from '../../../contract/common.ts'

/** What a request ended in when it did not succeed. `status` 0: the hub could not be reached at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly requestId: string | null
  /** What is wrong with a workflow's source, by place. */
  readonly problems: NonNullable<Problem['problems']>

  constructor(problem: {
    status: number
    code: string
    title: string
    detail: string
    requestId?: string | null
    problems?: Problem['problems']
    cause?: unknown
  }) {
    super(problem.detail, 'cause' in problem ? { cause: problem.cause } : undefined)
    this.status = problem.status
    this.code = problem.code
    this.title = problem.title
    this.requestId = problem.requestId ?? null
    this.problems = problem.problems ?? []
  }

  /** The hub did not answer: the network, the hub or something between is down. */
  get offline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

/** Makes the error of a `fetch` that found nobody. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError({
    status: 0,
    code: 'unreachable',
    title: 'The hub does not answer',
    detail: 'The hub could not be reached. Check that it runs and that you are connected, then try again.',
    cause,
  })
}

/** Reads an answer that is an error: RFC 9457's fields, or what can be said without them. */
export async function readProblem(response: Response): Promise<ApiError> {
  const body = await response.json().catch(() => null)
  const problem = isProblem(body) ? body : null
  return new ApiError({
    status: response.status,
    code: problem?.code ?? `http_${response.status}`,
    title: problem?.title ?? 'The hub answered with an error',
    detail: problem?.detail ?? `The hub answered with status ${response.status}. Try again in a moment.`,
    requestId: problem?.requestId ?? response.headers.get('x-request-id'),
    problems: problem?.problems,
  })
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body
}
