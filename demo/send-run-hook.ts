import type { WorkflowRunRow } from './emulate-actions-rows.ts'
import type { GithubRows } from './emulate-rows.ts'
import type { Hook, HookPayload } from './hook-payloads.ts'

/**
 * Sends the webhook about a run or one of its jobs, whose `id` it is. `ask` reads the local GitHub's REST API, so that the
 * payload is what that would answer.
 */
export async function sendRunHook(
  {
    rows,
    ask,
    send,
  }: { rows: GithubRows; ask: (path: string) => Promise<unknown>; send: (hook: Hook) => Promise<void> },
  run: WorkflowRunRow,
  { event, action, id }: { event: 'workflow_run' | 'workflow_job'; action: string; id: number },
): Promise<void> {
  const path = `/repos/${rows.repos.get(run.repo_id)!.full_name}`
  const kind = event === 'workflow_run' ? 'runs' : 'jobs'
  const [subject, repository, sender] = await Promise.all([
    ask(`${path}/actions/${kind}/${id}`),
    ask(path),
    ask(`/users/${rows.users.get(run.actor_id)?.login}`),
  ])
  const payload = { action, [event]: subject, repository, sender } as HookPayload
  await send({ event, action, payload })
}
