import type { SubIssue } from '../../contract/linked-issues.ts'
import { integerIn, objectIn, optionalTextIn } from '../domain/mirror/fields.ts'
import { type Column, columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { linkedColumns, readLinked, shownRepository } from './linked-issue.ts'

const { plain } = columnsOf<SubIssue>()

/** A part of an issue: an issue has one that it is a part of, at most. https://docs.github.com/en/rest/issues/sub-issues */
export const subIssue = {
  name: 'sub_issue',
  version: 1,
  table: 'sub_issues',
  key: ['id'],
  columns: [...(linkedColumns as Column<SubIssue>[]), ...plain('parent_number')],
  read: (object, { under }) => ({ ...readLinked(object), parent_number: Number(under) }),
  replaces: isNotOlder,
  // It is taken away and given back without getting another id.
  returns: () => true,
  owner: {
    kind: 'issue',
    key: ({ parent_number }) => String(parent_number),
    column: 'parent_number',
  },
  events: {
    sub_issues: {
      at: 'sub_issue',
      subject: true,
      read(object, _, payload) {
        // The repository of the part is told, too: there it is an issue like others.
        if (!optionalTextIn(payload, 'action')?.startsWith('sub_issue_')) return null
        const repository = shownRepository(payload, 'sub_issue_repo')
        if (repository === null) return null
        const parent_number = integerIn(objectIn(payload, 'parent_issue'), 'number')
        return { ...readLinked(object, repository), parent_number }
      },
      gone: (payload) => optionalTextIn(payload, 'action') === 'sub_issue_removed',
    },
  },
  opened: { route: 'GET /repos/{owner}/{repo}/issues/{parent_number}/sub_issues', elsewhere: true },
} satisfies Kind<SubIssue>
