import type { Steps } from '../step.ts'
import { githubAddLabels } from './github-add-labels.ts'
import { githubComment } from './github-comment.ts'
import { createHttpRequest, type HttpRequestOptions } from './http-request.ts'
import { type CommandOptions, createRunCommand, noCommands } from './run-command.ts'

/** What every step kind of the catalogue does; without `commands` none is run. */
export function createSteps({
  http,
  commands,
}: {
  http?: HttpRequestOptions
  commands?: CommandOptions
} = {}): Steps {
  return {
    'github/comment': githubComment,
    'github/add-labels': githubAddLabels,
    'http/request': createHttpRequest(http),
    run: commands ? createRunCommand(commands) : noCommands,
  }
}
