import type { ActionsWorkflow } from '../../contract/mirror.ts'
import { integerIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

const { plain, times, toldColumn } = columnsOf<ActionsWorkflow>()

/** https://docs.github.com/en/rest/actions/workflows */
export const actionsWorkflow = {
  name: 'actions_workflow',
  version: 1,
  table: 'actions_workflows',
  key: ['id'],
  columns: [...plain('id', 'name', 'path', 'state', 'html_url'), ...times('updated_at'), toldColumn],
  told: { columns: ['id', 'name', 'path', 'state', 'html_url'] },
  read: (object) => ({
    id: integerIn(object, 'id'),
    name: textIn(object, 'name'),
    path: textIn(object, 'path'),
    state: textIn(object, 'state'),
    html_url: textIn(object, 'html_url'),
    updated_at: timeIn(object, 'updated_at'),
  }),
  replaces: isNotOlder,
  // Where it stands is told by its runs; nothing else happens to it that people follow.
  change: () => null,
  events: { workflow_run: { at: 'workflow' } },
  listed: {
    resource: 'actions_workflows',
    route: 'GET /repos/{owner}/{repo}/actions/workflows',
    wrappedAs: 'workflows',
    complete: true,
  },
} satisfies Kind<ActionsWorkflow>
