import { type Fields, integerIn, objectIn, optionalObjectIn, textIn } from '../../domain/mirror/fields.ts'
import { isCoded } from '../../errors.ts'
import type { GithubClient } from '../create-client.ts'
import { surveyPoints, surveyQuery } from './query.ts'
import {
  branchOf,
  type Connection,
  commentOf,
  commitOf,
  connectionIn,
  NotWhole,
  pullOf,
  repositoryIn,
  reviewOf,
  tagOf,
} from './shapes.ts'

/** A whole list, its objects as REST writes them. */
export interface SurveyedList {
  objects: { value: unknown; place: string }[]
}

/** What one query tells of a repository. */
export interface Survey {
  repositoryId: number
  /** When GitHub answered, by its own clock; null where it does not say. */
  asOf: string | null
  /** The lists of the repository that are told wholly, by resource. */
  lists: ReadonlyMap<string, SurveyedList>
  /** Those under something, as `reviews/12`, with when that was changed last, if it tells. */
  below: ReadonlyMap<string, SurveyedList>
  /** Resources of which nothing speaks: nobody needs to ask the first time. */
  unlikely: ReadonlySet<string>
}

/**
 * Asks with one query what there is in a repository. null where GraphQL does not tell: then its lists do. Throws as
 * `Graphql` does.
 */
export async function surveyRepository(
  client: GithubClient,
  { owner, name, signal }: { owner: string; name: string; signal: AbortSignal },
): Promise<Survey | null> {
  const variables = { owner, name }
  const answer = await client.graphql({ query: surveyQuery, variables, points: surveyPoints, signal })
  const repository = answer && repositoryIn(answer.data)
  if (!repository) return null
  try {
    return readSurvey(repository, answer.asOf)
  } catch (error) {
    // What is not as documented is set aside where it is listed.
    if (isCoded(error, 'github_malformed')) return null
    throw error
  }
}

const nothing: SurveyedList = { objects: [] }

function readSurvey(repository: Fields, asOf: string | null): Survey {
  const lists = new Map<string, SurveyedList>()
  const below = new Map<string, SurveyedList>()
  const take = (into: Map<string, SurveyedList>, name: string, from: Connection | null, shape: Shape) => {
    const list = listOf(from, shape)
    if (list) into.set(name, list)
  }
  const pulls = connectionIn(repository, 'pullRequests')
  const issues = connectionIn(repository, 'issues')
  const head = optionalObjectIn(repository, 'defaultBranchRef')
  const history = head && connectionIn(objectIn(head, 'target'), 'history')

  // Rulesets protect branches as well, and only REST adds that up.
  if (countIn(repository, 'rulesets') === 0)
    take(lists, 'branches', connectionIn(repository, 'branches'), branchOf)
  take(lists, 'tags', connectionIn(repository, 'tags'), tagOf)
  if (head) take(lists, 'commits', history, commitOf)
  else lists.set('commits', nothing)
  take(lists, 'pulls', pulls, pullOf)
  if (pulls?.total === 0 && issues?.total === 0) lists.set('issues', nothing)
  const comments = commentsOf(issues, pulls)
  if (comments) lists.set('comments', comments)
  for (const pull of pulls?.nodes ?? []) {
    take(below, `reviews/${integerIn(pull, 'number')}`, connectionIn(pull, 'reviews'), reviewOf)
    if (hasNoChecks(pull)) setNoChecks(below, textIn(pull, 'headRefOid'))
  }
  if (pulls?.isWhole && pulls.nodes.every((pull) => countIn(pull, 'reviewThreads') === 0)) {
    lists.set('review_comments', nothing)
  }
  for (const resource of countedOnly) {
    if (countIn(repository, resource) === 0) lists.set(resource, nothing)
  }
  return {
    repositoryId: integerIn(repository, 'databaseId'),
    asOf,
    lists,
    below,
    unlikely: unlikelyIn(repository, head),
  }
}

/** What GraphQL counts, and only REST tells as it is. */
const countedOnly = ['labels', 'milestones', 'releases', 'deployments', 'environments', 'rulesets']

/** Without a workflow and without a check of the newest commit nothing hints at Actions. */
function unlikelyIn(repository: Fields, head: Fields | null): ReadonlySet<string> {
  const isChecked = head !== null && !hasNoChecks(objectIn(head, 'target'))
  const hasWorkflows = optionalObjectIn(repository, 'workflows') !== null
  return new Set(isChecked || hasWorkflows ? [] : ['actions_workflows', 'actions_runs'])
}

const hasNoChecks = (node: Fields) => node.values.statusCheckRollup === null

function setNoChecks(below: Map<string, SurveyedList>, sha: string): void {
  for (const resource of ['check_runs', 'commit_statuses']) below.set(`${resource}/${sha}`, nothing)
}

function countIn(fields: Fields, name: string): number | null {
  const connection = optionalObjectIn(fields, name)
  return connection && integerIn(connection, 'totalCount')
}

/** All comments of all issues and pull requests, where all are there. */
function commentsOf(issues: Connection | null, pulls: Connection | null): SurveyedList | null {
  if (!issues?.isWhole || !pulls?.isWhole) return null
  const objects: SurveyedList['objects'] = []
  for (const item of [...issues.nodes, ...pulls.nodes]) {
    const number = integerIn(item, 'number')
    const list = listOf(connectionIn(item, 'comments'), (node) => commentOf(node, number))
    if (!list) return null
    objects.push(...list.objects)
  }
  return { objects }
}

type Shape = (node: Fields) => Record<string, unknown>

/** null where it is not all there is. */
function listOf(connection: Connection | null, shape: Shape): SurveyedList | null {
  if (!connection?.isWhole) return null
  try {
    return { objects: connection.nodes.map((node) => ({ value: shape(node), place: node.path })) }
  } catch (error) {
    if (error instanceof NotWhole) return null
    throw error
  }
}
