import type { CommitFacts } from './facts.ts'
import {
  type Fields,
  objectIn,
  objectsIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
  timeIn,
} from './fields.ts'

/** Reads a commit of `GET /repos/{owner}/{repo}/commits`. https://docs.github.com/en/rest/commits/commits */
export function readCommit(value: Fields): CommitFacts {
  const commit = objectIn(value, 'commit')
  const author = optionalObjectIn(commit, 'author')
  // A deleted account, or an e-mail that belongs to none, leaves null or {}.
  const account = optionalObjectIn(value, 'author')
  const committed = timeIn(optionalObjectIn(commit, 'committer') ?? objectIn(commit, 'author'), 'date')
  return {
    sha: textIn(value, 'sha'),
    message: textIn(commit, 'message'),
    author: {
      login: account && optionalTextIn(account, 'login'),
      name: author && optionalTextIn(author, 'name'),
      avatar_url: account && optionalTextIn(account, 'avatar_url'),
    },
    author_email: author && optionalTextIn(author, 'email'),
    authored_at: author ? timeIn(author, 'date') : committed,
    committed_at: committed,
    parents: objectsIn(value, 'parents').map((parent) => textIn(parent, 'sha')),
    html_url: textIn(value, 'html_url'),
  }
}

/**
 * Reads a commit of a push, which GitHub writes differently: no parents, no account picture, one time for both.
 * The next sync completes it.
 */
export function readPushedCommit(commit: Fields): CommitFacts {
  const author = objectIn(commit, 'author')
  const at = timeIn(commit, 'timestamp')
  return {
    sha: textIn(commit, 'id'),
    message: textIn(commit, 'message'),
    author: {
      login: optionalTextIn(author, 'username'),
      name: optionalTextIn(author, 'name'),
      avatar_url: null,
    },
    author_email: optionalTextIn(author, 'email'),
    authored_at: at,
    committed_at: at,
    parents: [],
    html_url: optionalTextIn(commit, 'url') ?? '',
  }
}
