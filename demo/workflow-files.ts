import { parse } from 'yaml'

export interface WorkflowJob {
  name: string
  needs: string[]
  steps: string[]
  /** Where it deploys to; null for a job that does not. */
  environment: string | null
}

/** What a workflow asks for that is started by hand. */
export interface DispatchInput {
  required?: boolean
  type?: string
  options?: string[]
  default?: unknown
}

export interface WorkflowFile {
  name: string
  /** Whether this file runs on the event; for pushes only on its branches. */
  runsOn(event: string, branch: string): boolean
  jobs: WorkflowJob[]
  /** By name. */
  inputs: Record<string, DispatchInput>
}

interface ActionsYaml {
  name: string
  on:
    | string
    | string[]
    | Record<string, { branches?: string[]; inputs?: Record<string, DispatchInput> } | null>
  jobs: Record<
    string,
    {
      needs?: string | string[]
      environment?: string | { name: string }
      steps: Array<{ name?: string; uses?: string; run?: string }>
    }
  >
}

/**
 * Reads as much of a GitHub Actions file as the local GitHub needs to act it out.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
export function readWorkflowFile(text: string): WorkflowFile {
  const yaml = parse(text) as ActionsYaml
  const on =
    typeof yaml.on === 'string' || Array.isArray(yaml.on)
      ? Object.fromEntries([yaml.on].flat().map((event) => [event, null]))
      : yaml.on
  return {
    name: yaml.name,
    runsOn(event, branch) {
      if (!(event in on)) return false
      const branches = event === 'push' ? on[event]?.branches : undefined
      return branches === undefined || branches.includes(branch)
    },
    inputs: on.workflow_dispatch?.inputs ?? {},
    jobs: Object.entries(yaml.jobs).map(([name, job]) => ({
      name,
      needs: [job.needs ?? []].flat(),
      environment: typeof job.environment === 'object' ? job.environment.name : (job.environment ?? null),
      steps: [
        'Set up job',
        ...job.steps.map((step) => step.name ?? (step.uses ? `Run ${step.uses}` : `Run ${step.run ?? ''}`)),
        'Complete job',
      ],
    })),
  }
}
