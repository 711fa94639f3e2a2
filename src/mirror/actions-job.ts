import type { ActionsJob, ActionsRun } from '../../contract/mirror.ts'
import {
  integerIn,
  objectsIn,
  optionalIntegerIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
} from '../domain/mirror/fields.ts'
import { progressOf } from './actions-progress.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'

const { plain, times, json, toldColumn } = columnsOf<ActionsJob>()

/** Jobs cost a request for each run: they are read for what is going on, and for the runs that people open first. */
const runsWithJobs = 20

/** https://docs.github.com/en/rest/actions/workflow-jobs */
export const actionsJob = {
  name: 'actions_job',
  version: 1,
  table: 'actions_jobs',
  key: ['id'],
  columns: [
    ...plain('id', 'run_id', 'run_attempt', 'name', 'status', 'conclusion', 'html_url'),
    ...json('steps'),
    ...times('started_at', 'completed_at'),
    toldColumn,
  ],
  read: (object) => ({
    id: integerIn(object, 'id'),
    run_id: integerIn(object, 'run_id'),
    run_attempt: optionalIntegerIn(object, 'run_attempt', 1),
    name: textIn(object, 'name'),
    status: textIn(object, 'status'),
    conclusion: optionalTextIn(object, 'conclusion'),
    steps: objectsIn(object, 'steps').map((step) => ({
      name: textIn(step, 'name'),
      number: integerIn(step, 'number'),
      status: textIn(step, 'status'),
      conclusion: optionalTextIn(step, 'conclusion'),
      started_at: optionalTimeIn(step, 'started_at'),
      completed_at: optionalTimeIn(step, 'completed_at'),
    })),
    started_at: optionalTimeIn(object, 'started_at'),
    completed_at: optionalTimeIn(object, 'completed_at'),
    html_url: optionalTextIn(object, 'html_url') ?? '',
  }),
  told: { columns: ['id', 'run_id', 'name', 'status', 'conclusion'] },
  // Jobs tell no time of change, but only ever move forward.
  replaces: (incoming, stored) => progressOf(incoming) >= progressOf(stored),
  owner: { kind: 'actions_run', key: ({ run_id }) => String(run_id), column: 'run_id' },
  events: { workflow_job: { at: 'workflow_job', subject: true } },
  listed: {
    resource: 'actions_jobs',
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
    query: () => ({ filter: 'all' }),
    wrappedAs: 'jobs',
    under: {
      kind: 'actions_run',
      parameters: (run) => ({ run_id: (run as ActionsRun).id }),
      column: 'run_id',
      wanted: (run, { page, index }) =>
        (run as ActionsRun).status !== 'completed' || (page === 1 && index < runsWithJobs),
    },
  },
} satisfies Kind<ActionsJob>
