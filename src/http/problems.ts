import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '../../contract/common.ts'
import { type CodedError, coded, isCoded } from '../errors.ts'
import { statusTitle } from './status-title.ts'

/** What makes the hub unavailable passes soon, where it passes at all. */
const unavailableMs = 1_000

/** Makes every failure of an app one shape, whoever threw it. https://www.rfc-editor.org/rfc/rfc9457 */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    sendProblem(request, reply, toCoded(error, request))
  })
}

/** Answers with an error. What is our fault goes to the log in full and to the caller as an id only. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: CodedError): FastifyReply {
  const { code, status } = error
  if (status >= 500 && !isAskedToWait(error)) request.log.error({ err: error }, 'request failed')
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="cldcde"')
  if (code === 'invalid_token') reply.header('www-authenticate', 'Bearer error="invalid_token"')
  const retryAfterMs = error.retryAfterMs ?? (code === 'unavailable' ? unavailableMs : undefined)
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000))
  const problem: Problem = {
    type: 'about:blank',
    title: statusTitle(status),
    status,
    code,
    detail: error.message,
    requestId: request.id,
    ...('problems' in error ? { problems: error.problems as Problem['problems'] } : {}),
  }
  return reply.code(status).type('application/problem+json').send(problem)
}

/** Too much at once is no fault of ours: whoever causes it must not fill the log. */
const isAskedToWait = ({ code, retryAfterMs }: CodedError) =>
  code === 'unavailable' && retryAfterMs !== undefined

/** Whatever was thrown, in the words of our table; Fastify's own errors among it. https://fastify.dev/docs/latest/Reference/Errors/ */
export function toCoded(error: unknown, request: FastifyRequest): CodedError {
  if (isCoded(error)) return error
  switch ((error as FastifyError).code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return coded('malformed_json', 'The body is not JSON that this hub accepts.', { cause: error })
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return coded('payload_too_large', 'The body is larger than this address accepts.', { cause: error })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return coded('unsupported_media_type', 'Send the body as application/json.', { cause: error })
  }
  const status = (error as FastifyError).statusCode
  if (status !== undefined && status >= 400 && status < 500) {
    return coded('invalid_request', 'The request is not valid.', { cause: error })
  }
  const detail = `The hub failed to answer. Its log says why, under the request id ${request.id}.`
  return coded('internal', detail, { cause: error })
}
