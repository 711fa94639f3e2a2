import { ownMarker } from '../../domain/triggers.ts'
import { pick, pickText } from '../../domain/workflow/pick.ts'
import type { Perform, StepTask } from '../step.ts'
import type { GithubActor, GithubActorOf } from './github-actor.ts'
import { type IssueTarget, issueTarget } from './issue-target.ts'

/**
 * `github/comment`. The comment carries an invisible mark of its step; when an earlier attempt died without a trace
 * the mark tells whether its comment is on GitHub already, so that nobody is told twice.
 * https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
 */
export function createGithubComment(actorOf: GithubActorOf): Perform {
  return async (task) => {
    const actor = await actorOf(task.userId)
    const target = issueTarget(task)
    const mark = markOf(task)
    const earlier = task.attempt > 1 ? await findMarked(actor, { target, mark, task }) : undefined
    const comment = earlier ?? (await post(actor, { target, body: `${task.inputs.body}\n\n${mark}`, task }))
    return {
      outputs: {
        'comment-id': String(pick(comment, 'id') ?? ''),
        url: pickText(comment, 'html_url') ?? '',
      },
      log: earlier ? 'An earlier attempt had written the comment.' : '',
    }
  }
}

function markOf({ github, job, step }: StepTask): string {
  return `${ownMarker}run/${github.run_id}/${job}/${step} -->`
}

async function post(
  actor: GithubActor,
  { target, body, task }: { target: IssueTarget; body: string; task: StepTask },
): Promise<unknown> {
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
  return (await actor.request(route, { ...target, body }, task.signal)).data
}

/** Clocks differ between GitHub and here. */
const clockSkewMs = 10 * 60 * 1000

async function findMarked(
  actor: GithubActor,
  { target, mark, task }: { target: IssueTarget; mark: string; task: StepTask },
): Promise<unknown> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const since = new Date(task.startedAt - clockSkewMs).toISOString()
  for (let page = 1; ; page++) {
    const { data } = await actor.request(route, { ...target, since, per_page: 100, page }, task.signal)
    const comments = Array.isArray(data) ? data : []
    const found = comments.find((comment) => pickText(comment, 'body')?.includes(mark))
    if (found || comments.length < 100) return found
  }
}
