import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CodedError, coded } from '../../errors.ts'
import { toCoded } from '../problems.ts'

const documentation = 'https://docs.github.com/rest'

/** GitHub's words where clients look for them; the hub's own where they tell more. */
function messageFor({ code, message }: CodedError): string {
  switch (code) {
    case 'unauthenticated':
      return 'Requires authentication'
    case 'invalid_token':
      return 'Bad credentials'
    case 'not_found':
      return 'Not Found'
    case 'rate_limited':
      return `API rate limit exceeded. ${message}`
    default:
      return message
  }
}

/** Of errors that a caller of GitHub's API knows by another status. */
const statuses: { readonly [Code in CodedError['code']]?: number } = {
  github_not_connected: 403,
  github_unauthorized: 403,
  unsupported_media_type: 415,
}

/** Answers with an error in the shape of GitHub's. https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
export function sendFailure(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toCoded(thrown, request)
  const status = statuses[error.code] ?? error.status
  if (status >= 500 && error.retryAfterMs === undefined) request.log.error({ err: error }, 'request failed')
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(
      JSON.stringify({
        message: messageFor(error),
        documentation_url: documentation,
        status: String(status),
      }),
    )
}

/** The error for a person whose access to GitHub has ended. */
export const notConnected = () =>
  coded(
    'github_not_connected',
    'GitHub does not know you here any more: sign in to the hub through it again.',
  )
