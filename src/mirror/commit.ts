import type { Commit } from '../../contract/mirror.ts'
import {
  type Fields,
  objectIn,
  objectsIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
  valuesIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'

export type CommitFacts = Commit & { author_email: string | null }

const { plain, times, json, parts } = columnsOf<CommitFacts>()

/** The commits of the default branch. */
export const commit = {
  name: 'commit',
  version: 1,
  table: 'commits',
  key: ['repository_id', 'sha'],
  columns: [
    ...plain('sha', 'message', 'author_email', 'html_url'),
    parts('author', 'name', 'login', 'avatar_url'),
    ...times('authored_at', 'committed_at'),
    ...json('parents'),
  ],
  read: readCommit,
  // One without parents is a push's short form and does not replace the full one.
  replaces: ({ parents }) => parents.length > 0,
  events: {
    push: {
      each: (payload) => valuesIn(payload, 'commits'),
      kept: (payload) =>
        textIn(payload, 'ref') ===
        `refs/heads/${optionalTextIn(objectIn(payload, 'repository'), 'default_branch') ?? 'main'}`,
    },
  },
  listed: {
    resource: 'commits',
    route: 'GET /repos/{owner}/{repo}/commits',
    mostPages: 1000,
    query: ({ defaultBranch }) => ({ sha: defaultBranch }),
    leads: {
      column: 'parents',
      to: (commit) => (commit as CommitFacts).parents,
      from: (sha) => ({ sha }),
    },
  },
  searched: {
    version: 1,
    // The first line, and the beginning of its SHA, by which people know it.
    title: ({ message, sha }) => `${message.split('\n', 1)[0]} ${sha.slice(0, 7)} ${sha}`,
    body: ({ message }) => message.slice(message.split('\n', 1)[0]!.length),
    facts: ({ author }) => [author.login, author.name].flatMap((name) => (name ? [`author:${name}`] : [])),
    created: ({ committed_at }) => committed_at,
    people: ({ author: { login, avatar_url } }) => [login === null ? null : { login, avatar_url }],
  },
} satisfies Kind<CommitFacts>

/** What lists and changes show: all but the address, which is nobody's business. */
export function withoutEmail({ author_email: _, ...commit }: CommitFacts): Commit {
  return commit
}

/** Reads a commit of a list or of a push, which GitHub writes differently. */
export function readCommit(object: Fields): CommitFacts {
  return 'commit' in object.values ? readListedCommit(object) : readPushedCommit(object)
}

/** https://docs.github.com/en/rest/commits/commits */
function readListedCommit(object: Fields): CommitFacts {
  const commit = objectIn(object, 'commit')
  const author = optionalObjectIn(commit, 'author')
  // A deleted account, or an e-mail that belongs to none, leaves null or {}.
  const account = optionalObjectIn(object, 'author')
  // Tools that write commits by themselves leave one of the two out, or its date.
  const committer = optionalObjectIn(commit, 'committer')
  const authored = author && optionalTimeIn(author, 'date')
  const committed = (committer && optionalTimeIn(committer, 'date')) ?? authored
  return {
    sha: textIn(object, 'sha'),
    message: textIn(commit, 'message'),
    author: {
      login: account && optionalTextIn(account, 'login'),
      name: author && optionalTextIn(author, 'name'),
      avatar_url: account && optionalTextIn(account, 'avatar_url'),
    },
    author_email: author && optionalTextIn(author, 'email'),
    authored_at: authored ?? committed ?? timeIn(author ?? objectIn(commit, 'committer'), 'date'),
    committed_at: committed ?? timeIn(committer ?? objectIn(commit, 'author'), 'date'),
    parents: objectsIn(object, 'parents').map((parent) => textIn(parent, 'sha')),
    html_url: textIn(object, 'html_url'),
  }
}

/** Reads a commit of a push: no parents, no account picture, one time for both. The next sync completes it. */
export function readPushedCommit(commit: Fields): CommitFacts {
  const author = optionalObjectIn(commit, 'author')
  const at = timeIn(commit, 'timestamp')
  return {
    sha: textIn(commit, 'id'),
    message: textIn(commit, 'message'),
    author: {
      login: author && optionalTextIn(author, 'username'),
      name: author && optionalTextIn(author, 'name'),
      avatar_url: null,
    },
    author_email: author && optionalTextIn(author, 'email'),
    authored_at: at,
    committed_at: at,
    parents: [],
    html_url: optionalTextIn(commit, 'url') ?? '',
  }
}
