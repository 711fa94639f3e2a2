import { parse } from 'yaml'

export interface WorkflowJob {
  name: string
  needs: string[]
  steps: string[]
}

export interface WorkflowFile {
  name: string
  /** Whether this file runs on the event; for pushes only on its branches. */
  runsOn(event: string, branch: string): boolean
  jobs: WorkflowJob[]
}

interface ActionsYaml {
  name: string
  on: string | string[] | Record<string, { branches?: string[] } | null>
  jobs: Record<
    string,
    { needs?: string | string[]; steps: Array<{ name?: string; uses?: string; run?: string }> }
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
    jobs: Object.entries(yaml.jobs).map(([name, job]) => ({
      name,
      needs: [job.needs ?? []].flat(),
      steps: [
        'Set up job',
        ...job.steps.map((step) => step.name ?? (step.uses ? `Run ${step.uses}` : `Run ${step.run ?? ''}`)),
        'Complete job',
      ],
    })),
  }
}
