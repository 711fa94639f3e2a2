import type { RepositoryLabel } from '../../contract/mirror.ts'
import { integerIn, optionalTextIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'
import { readLabel } from './people.ts'

const { plain, toldColumn } = columnsOf<RepositoryLabel>()

/**
 * Its name is its key: one that was renamed is read anew with everything that carries it, as its webhook asks for.
 * https://docs.github.com/en/rest/issues/labels
 */
export const label = {
  name: 'label',
  version: 1,
  table: 'labels',
  key: ['repository_id', 'name'],
  columns: [...plain('id', 'name', 'color', 'description'), toldColumn],
  read: (object) => ({ ...readLabel(object), id: integerIn(object, 'id') }),
  told: { columns: ['id', 'name', 'color', 'description'] },
  replaces: () => true,
  // Its name may be given again.
  returns: () => true,
  events: {
    label: {
      at: 'label',
      subject: true,
      gone: (payload) => optionalTextIn(payload, 'action') === 'deleted',
    },
  },
  listed: { resource: 'labels', route: 'GET /repos/{owner}/{repo}/labels', complete: true },
} satisfies Kind<RepositoryLabel>
