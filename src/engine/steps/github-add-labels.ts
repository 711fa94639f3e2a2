import { labeled, labelMade } from '../../domain/effects.ts'
import { pickText } from '../../domain/workflow/pick.ts'
import { coded } from '../../errors.ts'
import type { Perform, StepTask, Target } from '../step.ts'
import { issueTarget } from './issue-target.ts'

/**
 * `github/add-labels`. Adding a label twice is adding it once, so a second attempt needs no care. Only those that are
 * missing are added: of the others GitHub tells nothing, and what a person does with them next is not ours.
 * https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue
 */
export const githubAddLabels: Perform = async (task) => {
  const labels = (task.inputs.labels ?? '')
    .split(/[,\n]/)
    .map((label) => label.trim())
    .filter((label) => label !== '')
  if (labels.length === 0) throw coded('step_failed', "'labels' names no label.")
  const { repository, issue_number } = issueTarget(task)
  const target = await task.authorize(repository, 'write')
  const present = await presentLabels(target, { issue_number, task })
  const missing = labels.filter((label) => !present.some((name) => isSame(name, label)))
  if (missing.length === 0) return { outputs: { labels: present.join(',') } }
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels'
  const effects = missing.flatMap((name) => [labeled(issue_number, name), labelMade(name)])
  const { data } = await target.act(
    route,
    { issue_number, labels: missing },
    { signal: task.signal, effects },
  )
  return { outputs: { labels: namesIn(data).join(',') } }
}

/** None when GitHub does not say; it will say more about the request that matters. */
async function presentLabels(
  target: Target,
  { issue_number, task }: { issue_number: number; task: StepTask },
): Promise<string[]> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/labels'
  try {
    return namesIn((await target.read(route, { issue_number, per_page: 100 }, task.signal)).data)
  } catch (error) {
    if (task.signal.aborted) throw error
    return []
  }
}

function namesIn(data: unknown): string[] {
  return (Array.isArray(data) ? data : []).flatMap((label) => pickText(label, 'name') ?? [])
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
