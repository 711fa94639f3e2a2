import type { IssueDependency } from '../../contract/linked-issues.ts'
import { type Fields, integerIn, objectIn, optionalTextIn } from '../domain/mirror/fields.ts'
import { type Column, columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { linkedColumns, readLinked, shownRepository } from './linked-issue.ts'

type Direction = IssueDependency['direction']

const { plain } = columnsOf<IssueDependency>()

/**
 * That an issue waits for another, told of both: each has a row in its own repository.
 * https://docs.github.com/en/rest/issues/issue-dependencies
 */
export const issueDependency = {
  name: 'issue_dependency',
  version: 1,
  table: 'issue_dependencies',
  key: ['repository_id', 'name'],
  columns: [
    ...plain('name', 'list', 'issue_number', 'direction'),
    ...(linkedColumns as Column<IssueDependency>[]),
  ],
  read(object, { under }) {
    const [number, direction] = String(under).split('/')
    return dependencyOf(object, { number: Number(number), direction: direction as Direction })
  },
  replaces: isNotOlder,
  returns: () => true,
  owner: { kind: 'issue', key: ({ issue_number }) => String(issue_number), column: 'issue_number' },
  events: {
    issue_dependencies: {
      subject: true,
      read(payload) {
        // `blocked_by_added`, `blocking_removed`: which of the two is of this repository.
        const direction = optionalTextIn(payload, 'action')?.startsWith('blocked_by_')
          ? 'blocked_by'
          : 'blocking'
        const [own, other] =
          direction === 'blocked_by'
            ? ['blocked_issue', 'blocking_issue']
            : ['blocking_issue', 'blocked_issue']
        const repository = shownRepository(payload, `${other}_repo`)
        if (repository === null) return null
        const number = integerIn(objectIn(payload, own!), 'number')
        return dependencyOf(objectIn(payload, other!), { number, direction, repository })
      },
      gone: (payload) => optionalTextIn(payload, 'action')?.endsWith('_removed') ?? false,
    },
  },
  opened: {
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/{direction}',
    elsewhere: true,
  },
} satisfies Kind<IssueDependency>

function dependencyOf(
  object: Fields,
  { number, direction, repository }: { number: number; direction: Direction; repository?: string },
): IssueDependency {
  const list = `${number}/${direction}`
  const linked = readLinked(object, repository)
  return { name: `${list}/${linked.id}`, list, issue_number: number, direction, ...linked }
}
