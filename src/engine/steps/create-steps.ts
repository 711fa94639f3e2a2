import type { Steps } from '../step.ts'
import { githubAddLabels } from './github-add-labels.ts'
import { githubComment } from './github-comment.ts'
import { createHttpRequest, type HttpRequestOptions } from './http-request.ts'

/** What every step kind of the catalogue does. */
export function createSteps({ http }: { http?: HttpRequestOptions } = {}): Steps {
  return {
    'github/comment': githubComment,
    'github/add-labels': githubAddLabels,
    'http/request': createHttpRequest(http),
  }
}
