import type { GithubRows } from './emulate-rows.ts'
import { fileAt } from './file-at.ts'
import { readWorkflowFile } from './workflow-files.ts'

/** What somebody sends to start a workflow by hand. */
export interface Dispatch {
  ref?: string
  inputs?: Record<string, string>
}

/** Why GitHub refuses a dispatch, in its words; null: it does not. */
export function whyNotDispatched(
  rows: GithubRows,
  { repoId, workflowId, ref, inputs = {} }: Dispatch & { repoId: number; workflowId: number },
): string | null {
  const workflow = rows.workflows.get(workflowId)
  const head = rows.branches.findBy('repo_id', repoId).find(({ name }) => name === ref)
  if (!workflow || !head) return `No ref found for: ${ref}`
  const text = fileAt(rows, { repoId, commitSha: head.sha, path: workflow.path })
  const file = text === undefined ? undefined : readWorkflowFile(text)
  if (!file?.runsOn('workflow_dispatch', head.name))
    return "Workflow does not have 'workflow_dispatch' trigger"
  const odd = Object.keys(inputs).filter((name) => !(name in file.inputs))
  if (odd.length > 0) return `Unexpected inputs provided: ${JSON.stringify(odd)}`
  for (const [name, input] of Object.entries(file.inputs)) {
    const value = inputs[name] ?? ''
    if (input.required && value === '' && input.default === undefined)
      return `Required input '${name}' not provided`
    if (value !== '' && input.options && !input.options.includes(value))
      return `Provided value '${value}' for input '${name}' not in the list of allowed values`
  }
  return null
}
