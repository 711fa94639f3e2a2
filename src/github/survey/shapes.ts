import {
  type Fields,
  fieldsOf,
  flagIn,
  integerIn,
  objectIn,
  objectsIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
} from '../../domain/mirror/fields.ts'

type Json = Record<string, unknown>

/** A connection of GraphQL. */
export interface Connection {
  nodes: Fields[]
  total: number
  /** There is nothing behind these. */
  isWhole: boolean
}

/** Reads a connection; null where GitHub does not show it. */
export function connectionIn(fields: Fields, name: string): Connection | null {
  const found = optionalObjectIn(fields, name)
  if (!found) return null
  const info = optionalObjectIn(found, 'pageInfo')
  const total = integerIn(found, 'totalCount')
  const nodes = objectsIn(found, 'nodes')
  // A node that may not be seen is null: then the list is not all of it.
  return {
    nodes,
    total,
    isWhole: total === 0 || (info !== null && !flagIn(info, 'hasNextPage') && nodes.length === total),
  }
}

/** The nodes of a connection that shall be whole; throws `undefined` where it is not, so that the list is read instead. */
function wholeIn(fields: Fields, name: string): Fields[] {
  const found = connectionIn(fields, name)
  if (!found?.isWhole) throw new NotWhole()
  return found.nodes
}

/** Something holds more than a survey asks for. */
export class NotWhole extends Error {}

/** An account as REST writes it. */
function account(fields: Fields, name: string): Json | null {
  const person = optionalObjectIn(fields, name)
  return person && personOf(person)
}

function personOf(person: Fields): Json {
  const login = textIn(person, 'login')
  // Only REST says by the name that an app is one.
  const isBot = person.values.__typename === 'Bot' && !login.endsWith('[bot]')
  return {
    login: isBot ? `${login}[bot]` : login,
    avatar_url: pictureOf(optionalTextIn(person, 'avatarUrl')),
  }
}

/** GraphQL adds to the address which picture it is. */
function pictureOf(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return address
  const url = new URL(address)
  if (!url.searchParams.has('u')) return address
  url.searchParams.delete('u')
  return url.href
}

/** https://docs.github.com/en/graphql/reference/enums#reactioncontent */
const reactionNames: Readonly<Record<string, string>> = {
  ...{ THUMBS_UP: '+1', THUMBS_DOWN: '-1', LAUGH: 'laugh', HOORAY: 'hooray' },
  ...{ CONFUSED: 'confused', HEART: 'heart', ROCKET: 'rocket', EYES: 'eyes' },
}

const reactionsOf = (node: Fields): Json =>
  Object.fromEntries(
    objectsIn(node, 'reactionGroups').map((group) => [
      reactionNames[textIn(group, 'content')] ?? 'other',
      integerIn(objectIn(group, 'reactors'), 'totalCount'),
    ]),
  )

/** Big integers come as texts. */
const idOf = (node: Fields) => Number(node.values.fullDatabaseId)

export function branchOf(node: Fields): Json {
  return {
    name: textIn(node, 'name'),
    commit: { sha: textIn(objectIn(node, 'target'), 'oid') },
    protected: optionalObjectIn(node, 'branchProtectionRule') !== null,
  }
}

/** REST names the commit that a tag leads to, over an object of its own. */
export function tagOf(node: Fields): Json {
  const target = objectIn(node, 'target')
  const end = target.values.__typename === 'Tag' ? objectIn(target, 'target') : target
  if (end.values.__typename !== 'Commit') throw new NotWhole()
  return { name: textIn(node, 'name'), commit: { sha: textIn(end, 'oid') } }
}

export function commitOf(node: Fields): Json {
  const author = optionalObjectIn(node, 'author')
  return {
    sha: textIn(node, 'oid'),
    commit: {
      message: textIn(node, 'message'),
      author: author && {
        name: author.values.name,
        email: author.values.email,
        date: node.values.authoredDate,
      },
      committer: { date: node.values.committedDate },
    },
    author: author && account(author, 'user'),
    parents: objectsIn(objectIn(node, 'parents'), 'nodes').map((parent) => ({ sha: textIn(parent, 'oid') })),
    html_url: textIn(node, 'url'),
  }
}

export function pullOf(node: Fields): Json {
  const { number, title, locked, additions, deletions } = node.values
  const requested = wholeIn(node, 'reviewRequests').flatMap(
    (one) => optionalObjectIn(one, 'requestedReviewer') ?? [],
  )
  const isTeam = (one: Fields) => one.values.__typename === 'Team'
  const autoMerge = optionalObjectIn(node, 'autoMergeRequest')
  return {
    ...{ id: idOf(node), node_id: textIn(node, 'id'), number, title, locked, additions, deletions },
    body: textIn(node, 'body') || null,
    state: textIn(node, 'state') === 'OPEN' ? 'open' : 'closed',
    user: account(node, 'author'),
    labels: wholeIn(node, 'labels').map(({ values }) => values),
    assignees: wholeIn(node, 'assignees').map(personOf),
    milestone: node.values.milestone,
    reactions: reactionsOf(node),
    html_url: textIn(node, 'url'),
    ...timesOf(node),
    closed_at: node.values.closedAt,
    merged_at: node.values.mergedAt,
    draft: flagIn(node, 'isDraft'),
    head: { ref: textIn(node, 'headRefName'), sha: textIn(node, 'headRefOid') },
    base: { ref: textIn(node, 'baseRefName'), sha: textIn(node, 'baseRefOid') },
    requested_reviewers: requested.filter((one) => !isTeam(one)).map(personOf),
    requested_teams: requested.filter(isTeam).map(({ values: { name } }) => ({ name })),
    auto_merge: autoMerge && {
      merge_method: textIn(autoMerge, 'mergeMethod').toLowerCase(),
      enabled_by: account(autoMerge, 'enabledBy'),
    },
    merged_by: account(node, 'mergedBy'),
    comments: integerIn(objectIn(node, 'comments'), 'totalCount'),
    mergeable_state: textIn(node, 'mergeStateStatus').toLowerCase(),
    changed_files: integerIn(node, 'changedFiles'),
  }
}

export function reviewOf(node: Fields): Json {
  const { state, body } = node.values
  return {
    ...{ id: idOf(node), state, body },
    user: account(node, 'author'),
    html_url: textIn(node, 'url'),
    submitted_at: node.values.submittedAt,
  }
}

export function commentOf(node: Fields, number: number): Json {
  return {
    id: idOf(node),
    body: textIn(node, 'body'),
    user: account(node, 'author'),
    reactions: reactionsOf(node),
    html_url: textIn(node, 'url'),
    issue_url: `/issues/${number}`,
    ...timesOf(node),
  }
}

const timesOf = ({ values }: Fields) => ({ created_at: values.createdAt, updated_at: values.updatedAt })

/** The repository of an answer. */
export const repositoryIn = (data: Readonly<Record<string, unknown>>): Fields | null =>
  optionalObjectIn(fieldsOf(data, 'data'), 'repository')
