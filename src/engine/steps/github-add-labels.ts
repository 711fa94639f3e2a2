import { pickText } from '../../domain/workflow/pick.ts'
import { coded } from '../../errors.ts'
import type { Perform } from '../step.ts'
import { issueTarget } from './issue-target.ts'

/**
 * `github/add-labels`. Adding a label twice is adding it once, so a second attempt needs no care.
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
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels'
  const { data } = await target.request(route, { issue_number, labels }, task.signal)
  const names = (Array.isArray(data) ? data : []).flatMap((label) => pickText(label, 'name') ?? [])
  return { outputs: { labels: names.join(',') } }
}
