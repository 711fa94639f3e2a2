import { Type } from 'typebox'
import { OneOf } from '../common.ts'
import { act } from './act.ts'

const run = '/repos/:owner/:repo/actions/runs/:id'
const workflow = '/repos/:owner/:repo/actions/workflows/:id'
const Again = Type.Object({ enable_debug_logging: Type.Optional(Type.Boolean()) })
/** GitHub refuses to run again what runs: a second try finds it running. */
const running = { get: run, field: 'status', not: 'completed' } as const

/** What people do with GitHub Actions. */
export const actionsActs = {
  'run.again': act({
    method: 'POST',
    path: `${run}/rerun`,
    summary: 'Run all jobs of an Actions run again',
    body: Again,
    right: 'push',
    target: 'actions_run',
    answer: { reread: 'target' },
    recall: running,
  }),
  'run.again-failed': act({
    method: 'POST',
    path: `${run}/rerun-failed-jobs`,
    summary: 'Run the failed jobs of an Actions run again',
    body: Again,
    right: 'push',
    target: 'actions_run',
    answer: { reread: 'target' },
    recall: running,
  }),
  'run.cancel': act({
    method: 'POST',
    path: `${run}/cancel`,
    summary: 'Cancel an Actions run',
    body: Type.Object({}),
    right: 'push',
    target: 'actions_run',
    answer: { reread: 'target' },
    recall: { refusedWith: [409] },
  }),
  'run.cancel-by-force': act({
    method: 'POST',
    path: `${run}/force-cancel`,
    summary: 'Cancel an Actions run that does not react to being cancelled',
    body: Type.Object({}),
    right: 'push',
    target: 'actions_run',
    answer: { reread: 'target' },
    recall: { refusedWith: [409] },
  }),
  'run.approve': act({
    method: 'POST',
    path: `${run}/approve`,
    summary: 'Let an Actions run of a fork begin',
    body: Type.Object({}),
    right: 'push',
    target: 'actions_run',
    answer: { reread: 'target' },
    recall: { get: run, field: 'conclusion', not: 'action_required' },
  }),
  'run.review-deployments': act({
    method: 'POST',
    path: `${run}/pending_deployments`,
    summary: 'Approve or reject deployments of an Actions run that wait for it',
    body: Type.Object({
      environment_ids: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 100 }),
      state: OneOf('approved', 'rejected'),
      comment: Type.String({ maxLength: 65_536 }),
    }),
    right: 'pull',
    target: 'actions_run',
    answer: { reread: 'target' },
    recall: { refusedWith: [422] },
  }),
  'run.delete-logs': act({
    method: 'DELETE',
    path: `${run}/logs`,
    summary: 'Delete the logs of an Actions run',
    body: Type.Object({}),
    right: 'push',
    target: 'actions_run',
    answer: { drops: 'logs' },
    recall: { refusedWith: [404] },
  }),
  'workflow.enable': act({
    method: 'PUT',
    path: `${workflow}/enable`,
    summary: 'Enable an Actions workflow',
    body: Type.Object({}),
    right: 'push',
    target: 'actions_workflow',
    answer: { reread: 'target' },
  }),
  'workflow.disable': act({
    method: 'PUT',
    path: `${workflow}/disable`,
    summary: 'Disable an Actions workflow',
    body: Type.Object({}),
    right: 'push',
    target: 'actions_workflow',
    answer: { reread: 'target' },
  }),
  'job.again': act({
    method: 'POST',
    path: '/repos/:owner/:repo/actions/jobs/:id/rerun',
    summary: 'Run one job of an Actions run again',
    body: Again,
    right: 'push',
    answer: null,
  }),
  'workflow.dispatch': act({
    method: 'POST',
    path: `${workflow}/dispatches`,
    summary: 'Start an Actions workflow by hand',
    body: Type.Object({
      ref: Type.String({ minLength: 1, maxLength: 255, description: 'Branch or tag' }),
      inputs: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 65_536 }))),
    }),
    right: 'push',
    answer: null,
    recall: {
      list: `${workflow}/runs?event=workflow_dispatch`,
      wrappedAs: 'workflow_runs',
      by: 'actor',
      at: 'created_at',
      same: [],
    },
  }),
} as const
