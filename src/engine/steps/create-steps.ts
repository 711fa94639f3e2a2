import type { Steps } from '../step.ts'
import type { GithubActorOf } from './github-actor.ts'
import { createGithubAddLabels } from './github-add-labels.ts'
import { createGithubComment } from './github-comment.ts'
import { createHttpRequest, type HttpRequestOptions } from './http-request.ts'
import { setOutput } from './set-output.ts'

/** What every step kind of the catalogue does. */
export function createSteps({ github, http }: { github: GithubActorOf; http?: HttpRequestOptions }): Steps {
  return {
    'github/comment': createGithubComment(github),
    'github/add-labels': createGithubAddLabels(github),
    'http/request': createHttpRequest(http),
    'hub/set-output': setOutput,
  }
}
