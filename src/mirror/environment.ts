import type { Environment } from '../../contract/deployments.ts'
import { integerIn, objectsIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

const { plain, times, json } = columnsOf<Environment>()

/** No webhook tells of it. https://docs.github.com/en/rest/deployments/environments */
export const environment = {
  name: 'environment',
  version: 1,
  table: 'environments',
  key: ['id'],
  columns: [
    ...plain('id', 'name', 'html_url'),
    ...json('protection_rules'),
    ...times('created_at', 'updated_at'),
  ],
  read: (object) => ({
    id: integerIn(object, 'id'),
    name: textIn(object, 'name'),
    protection_rules: objectsIn(object, 'protection_rules').map((rule) => textIn(rule, 'type')),
    html_url: textIn(object, 'html_url'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }),
  replaces: isNotOlder,
  events: {},
  listed: {
    resource: 'environments',
    route: 'GET /repos/{owner}/{repo}/environments',
    wrappedAs: 'environments',
    complete: true,
  },
} satisfies Kind<Environment>
