import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CodedError } from '../errors.ts'
import { sendProblem } from './problems.ts'

/** Inline, so that the page needs no file; the content security policy knows it by its hash. */
export const signInPageStyle =
  'body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem; color-scheme: light dark }'

/** Answers with an error: to a person's browser as a page with the way back, to a program as a problem. */
export function sendSignInPage(
  request: FastifyRequest,
  reply: FastifyReply,
  error: CodedError,
): FastifyReply {
  if (!request.headers.accept?.includes('text/html')) return sendProblem(request, reply, error)
  // Nothing of the request goes into the page, so there is nothing to escape.
  return reply
    .code(error.status)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign-in did not work</title>
<link rel="icon" href="/favicon.svg">
<style>${signInPageStyle}</style>
<h1>Sign-in did not work</h1>
<p>${error.message}</p>
<p><a href="/sign-in">Sign in again</a></p>
</html>
`)
}
