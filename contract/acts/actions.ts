import { Type } from 'typebox'
import { act } from './act.ts'

const run = '/repos/:owner/:repo/actions/runs/:id'
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
    path: '/repos/:owner/:repo/actions/workflows/:id/dispatches',
    summary: 'Start an Actions workflow by hand',
    body: Type.Object({
      ref: Type.String({ minLength: 1, maxLength: 255, description: 'Branch or tag' }),
      inputs: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 65_536 }))),
    }),
    right: 'push',
    answer: null,
    recall: {
      list: '/repos/:owner/:repo/actions/workflows/:id/runs?event=workflow_dispatch',
      wrappedAs: 'workflow_runs',
      by: 'actor',
      at: 'created_at',
      same: [],
    },
  }),
} as const
