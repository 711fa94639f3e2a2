import type { CheckSuite } from '../../contract/checks.ts'
import { type Fields, integerIn, objectIn, optionalTextIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { appNameIn } from './check-run.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

const { plain, times } = columnsOf<CheckSuite>()

/**
 * What one app says of a commit. GitHub tells a repository's webhooks only of those that are completed; a check run
 * brings its suite along. https://docs.github.com/en/rest/checks/suites
 */
export const checkSuite = {
  name: 'check_suite',
  version: 1,
  table: 'check_suites',
  key: ['id'],
  columns: [
    ...plain('id', 'head_branch', 'head_sha', 'status', 'conclusion', 'app'),
    ...times('created_at', 'updated_at'),
  ],
  read: readSuite,
  replaces: isNotOlder,
  events: {
    check_suite: { at: 'check_suite', subject: true },
    check_run: { read: (payload) => readSuite(objectIn(objectIn(payload, 'check_run'), 'check_suite')) },
  },
} satisfies Kind<CheckSuite>

function readSuite(object: Fields): CheckSuite {
  return {
    id: integerIn(object, 'id'),
    head_branch: optionalTextIn(object, 'head_branch'),
    head_sha: textIn(object, 'head_sha'),
    status: optionalTextIn(object, 'status'),
    conclusion: optionalTextIn(object, 'conclusion'),
    app: appNameIn(object),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }
}
