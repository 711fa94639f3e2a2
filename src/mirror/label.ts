import type { Label } from '../../contract/common.ts'
import { integerIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'
import { readLabel } from './people.ts'

export type LabelFacts = Label & { id: number }

const { plain } = columnsOf<LabelFacts>()

/** https://docs.github.com/en/rest/issues/labels */
export const label = {
  name: 'label',
  version: 1,
  table: 'labels',
  key: ['repository_id', 'name'],
  columns: plain('id', 'name', 'color', 'description'),
  read: (object) => ({ ...readLabel(object), id: integerIn(object, 'id') }),
  replaces: () => true,
  events: {},
  listed: { resource: 'labels', route: 'GET /repos/{owner}/{repo}/labels', complete: true },
} satisfies Kind<LabelFacts>
