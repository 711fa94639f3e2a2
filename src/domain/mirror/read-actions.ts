import type { ActionsJob, ActionsRun, ActionsWorkflow } from '../../../contract/mirror.ts'
import {
  type Fields,
  integerIn,
  objectsIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
} from './fields.ts'
import { readPerson } from './read-issue.ts'

/** Reads a workflow of GitHub Actions. https://docs.github.com/en/rest/actions/workflows */
export function readActionsWorkflow(workflow: Fields): ActionsWorkflow {
  return {
    id: integerIn(workflow, 'id'),
    name: textIn(workflow, 'name'),
    path: textIn(workflow, 'path'),
    state: textIn(workflow, 'state'),
    html_url: textIn(workflow, 'html_url'),
    updated_at: timeIn(workflow, 'updated_at'),
  }
}

/** Reads a run of GitHub Actions; older servers leave out the title and the attempt. */
export function readActionsRun(run: Fields, repositoryId: number): ActionsRun {
  const commit = optionalObjectIn(run, 'head_commit')
  const name = optionalTextIn(run, 'name') ?? ''
  return {
    id: integerIn(run, 'id'),
    repository_id: repositoryId,
    workflow_id: integerIn(run, 'workflow_id'),
    name,
    display_title:
      optionalTextIn(run, 'display_title') ??
      (commit && optionalTextIn(commit, 'message'))?.split('\n', 1)[0] ??
      name,
    event: textIn(run, 'event'),
    status: optionalTextIn(run, 'status') ?? 'queued',
    conclusion: optionalTextIn(run, 'conclusion'),
    head_branch: optionalTextIn(run, 'head_branch'),
    head_sha: textIn(run, 'head_sha'),
    run_number: integerIn(run, 'run_number'),
    run_attempt: optionalIntegerIn(run, 'run_attempt', 1),
    actor: readPerson(optionalObjectIn(run, 'actor')),
    html_url: textIn(run, 'html_url'),
    created_at: timeIn(run, 'created_at'),
    updated_at: timeIn(run, 'updated_at'),
    run_started_at: optionalTimeIn(run, 'run_started_at'),
  }
}

/** Reads a job of a run of GitHub Actions. https://docs.github.com/en/rest/actions/workflow-jobs */
export function readActionsJob(job: Fields): ActionsJob {
  return {
    id: integerIn(job, 'id'),
    run_id: integerIn(job, 'run_id'),
    run_attempt: optionalIntegerIn(job, 'run_attempt', 1),
    name: textIn(job, 'name'),
    status: textIn(job, 'status'),
    conclusion: optionalTextIn(job, 'conclusion'),
    steps: objectsIn(job, 'steps').map((step) => ({
      name: textIn(step, 'name'),
      number: integerIn(step, 'number'),
      status: textIn(step, 'status'),
      conclusion: optionalTextIn(step, 'conclusion'),
      started_at: optionalTimeIn(step, 'started_at'),
      completed_at: optionalTimeIn(step, 'completed_at'),
    })),
    started_at: optionalTimeIn(job, 'started_at'),
    completed_at: optionalTimeIn(job, 'completed_at'),
    html_url: optionalTextIn(job, 'html_url') ?? '',
  }
}
