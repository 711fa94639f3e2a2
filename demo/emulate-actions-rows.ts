// Rows of emulate's GitHub (emulate-rows.ts) that are about Actions.

export interface WorkflowRow {
  node_id: string
  repo_id: number
  name: string
  path: string
  state: 'active' | 'disabled_manually'
  badge_url: string
}

export interface WorkflowRunRow {
  node_id: string
  repo_id: number
  workflow_id: number
  name: string
  head_branch: string
  head_sha: string
  run_number: number
  event: string
  status: 'queued' | 'waiting' | 'in_progress' | 'completed'
  conclusion: 'success' | 'failure' | 'cancelled' | 'action_required' | null
  actor_id: number
  run_attempt: number
  run_started_at: string
  /** Not of emulate: somebody asked for debug logging, or deleted the logs. */
  debug?: boolean
  logs_deleted?: boolean
}

export interface JobStep {
  name: string
  status: WorkflowRunRow['status']
  conclusion: string | null
  number: number
  started_at: string | null
  completed_at: string | null
}

export interface JobRow {
  node_id: string
  repo_id: number
  run_id: number
  /** Not of emulate, whose runs have one attempt. */
  run_attempt: number
  name: string
  status: WorkflowRunRow['status']
  conclusion: string | null
  started_at: string | null
  completed_at: string | null
  runner_id: number | null
  runner_name: string | null
  steps: JobStep[]
}
