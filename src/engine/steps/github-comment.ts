import { commented } from '../../domain/effects.ts'
import { ownMarker } from '../../domain/triggers.ts'
import { pick, pickText } from '../../domain/workflow/pick.ts'
import type { Perform, StepTask, Target } from '../step.ts'
import { issueTarget } from './issue-target.ts'

/**
 * `github/comment`. The comment carries an invisible mark of its step; when an earlier attempt died without a trace
 * the mark tells whether its comment is on GitHub already, so that nobody is told twice.
 * https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
 */
export const githubComment: Perform = async (task) => {
  const { repository, issue_number } = issueTarget(task)
  const target = await task.authorize(repository, 'write')
  const mark = `${ownMarker}${markOf(task)} -->`
  const earlier = task.attempt > 1 ? await findMarked(target, { issue_number, mark, task }) : undefined
  const body = `${task.inputs.body}\n\n${mark}`
  const comment = earlier ?? (await post(target, { issue_number, body, task }))
  return {
    outputs: {
      'comment-id': String(pick(comment, 'id') ?? ''),
      url: pickText(comment, 'html_url') ?? '',
    },
    log: earlier ? 'An earlier attempt had written the comment.' : '',
  }
}

function markOf({ github, job, step }: StepTask): string {
  return `run/${github.run_id}/${job}/${step}`
}

async function post(
  target: Target,
  { issue_number, body, task }: { issue_number: number; body: string; task: StepTask },
): Promise<unknown> {
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const effects = [commented(markOf(task))]
  return (await target.act(route, { issue_number, body }, { signal: task.signal, effects })).data
}

/** Clocks differ between GitHub and here. */
const clockSkewMs = 10 * 60 * 1000

async function findMarked(
  target: Target,
  { issue_number, mark, task }: { issue_number: number; mark: string; task: StepTask },
): Promise<unknown> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const since = new Date(task.startedAt - clockSkewMs).toISOString()
  for (let page = 1; ; page++) {
    const { data } = await target.read(route, { issue_number, since, per_page: 100, page }, task.signal)
    const comments = Array.isArray(data) ? data : []
    const found = comments.find((comment) => pickText(comment, 'body')?.includes(mark))
    if (found || comments.length < 100) return found
  }
}
