import type { ActionsRun } from '../../contract/mirror.ts'
import {
  integerIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { progressOf } from './actions-progress.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'
import { personIn } from './people.ts'

const { plain, times, person, toldColumn } = columnsOf<ActionsRun>()

/** https://docs.github.com/en/rest/actions/workflow-runs */
export const actionsRun = {
  name: 'actions_run',
  version: 1,
  table: 'actions_runs',
  key: ['id'],
  columns: [
    ...plain('id', 'repository_id', 'workflow_id', 'name', 'display_title', 'event', 'status', 'conclusion'),
    ...plain('head_branch', 'head_sha', 'run_number', 'run_attempt', 'html_url'),
    person('actor'),
    ...times('created_at', 'updated_at', 'run_started_at'),
    toldColumn,
  ],
  read(object, { repositoryId }) {
    const commit = optionalObjectIn(object, 'head_commit')
    const name = optionalTextIn(object, 'name') ?? ''
    return {
      id: integerIn(object, 'id'),
      repository_id: repositoryId,
      workflow_id: integerIn(object, 'workflow_id'),
      name,
      // Older servers leave out the title and the attempt.
      display_title:
        optionalTextIn(object, 'display_title') ??
        (commit && optionalTextIn(commit, 'message'))?.split('\n', 1)[0] ??
        name,
      event: textIn(object, 'event'),
      status: optionalTextIn(object, 'status') ?? 'queued',
      conclusion: optionalTextIn(object, 'conclusion'),
      head_branch: optionalTextIn(object, 'head_branch'),
      head_sha: textIn(object, 'head_sha'),
      run_number: integerIn(object, 'run_number'),
      run_attempt: optionalIntegerIn(object, 'run_attempt', 1),
      actor: personIn(object, 'actor'),
      html_url: textIn(object, 'html_url'),
      created_at: timeIn(object, 'created_at'),
      updated_at: timeIn(object, 'updated_at'),
      run_started_at: optionalTimeIn(object, 'run_started_at'),
    }
  },
  told: {
    columns: [
      'id',
      'workflow_id',
      'event',
      'conclusion',
      'head_branch',
      'head_sha',
      'run_number',
      'html_url',
    ],
  },
  replaces: (incoming, stored) =>
    incoming.updated_at === stored.updated_at
      ? progressOf(incoming) >= progressOf(stored)
      : incoming.updated_at > stored.updated_at,
  events: { workflow_run: { at: 'workflow_run', subject: true } },
  listed: {
    resource: 'actions_runs',
    route: 'GET /repos/{owner}/{repo}/actions/runs',
    wrappedAs: 'workflow_runs',
    mostPages: 10,
    newestFirst: true,
    sweep: {},
  },
  // A later success of the same workflow on the same branch settles what failed; what goes on waits for nobody.
  settles: ({ id, workflow_id, head_branch, run_number, status, conclusion, updated_at: at }, before) => [
    ...(before && waiting.has(before.status) && !waiting.has(status)
      ? [{ reason: 'approval' as const, like: { id }, at }]
      : []),
    ...(conclusion === 'success' && before?.conclusion !== 'success'
      ? [{ reason: 'failed' as const, like: { workflow_id, head_branch, run_number }, at }]
      : []),
  ],
  searched: {
    version: 1,
    title: ({ display_title, name, run_number }) => `${display_title} ${name} ${run_number}`,
    facts: ({ actor, head_branch, event, name }) => [
      ...(actor ? [`author:${actor.login}`] : []),
      ...(head_branch === null ? [] : [`head:${head_branch}`]),
      `event:${event}`,
      `workflow:${name}`,
    ],
    state: ({ status, conclusion }) => conclusion ?? status,
    created: ({ created_at }) => created_at,
    updated: ({ updated_at }) => updated_at,
    people: ({ actor }) => [actor],
  },
} satisfies Kind<ActionsRun>

const waiting: ReadonlySet<string> = new Set(['waiting', 'queued', 'pending', 'requested'])
