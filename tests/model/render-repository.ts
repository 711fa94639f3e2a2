import { exampleOf, type Json } from '../support/github-server.ts'
import type { Account, Commit, Repository } from './state.ts'
import { reachedFrom } from './world.ts'

const api = 'https://api.github.com'
const web = 'https://github.com'
const account = exampleOf('issues', 'sender')
const repositoryExample = exampleOf('issues', 'repository')

/** As GitHub shows an account wherever it is named. */
export function accountOf({ id, login }: Account): Json {
  const url = `${api}/users/${login}`
  return {
    ...account,
    login,
    id,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    url,
    html_url: `${web}/${login}`,
  }
}

export const fullNameOf = ({ owner, name }: Repository) => `${owner.login}/${name}`
export const apiOf = (repository: Repository) => `${api}/repos/${fullNameOf(repository)}`
export const webOf = (repository: Repository) => `${web}/${fullNameOf(repository)}`

/** A repository as webhooks and lists have it. */
export function repositoryOf(repository: Repository): Json {
  return {
    ...repositoryExample,
    id: repository.id,
    name: repository.name,
    full_name: fullNameOf(repository),
    owner: { ...accountOf(repository.owner), type: 'Organization' },
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    archived: repository.archived,
    description: repository.description,
    default_branch: repository.default_branch,
    html_url: webOf(repository),
    url: apiOf(repository),
    created_at: repository.created_at,
    updated_at: repository.updated_at,
    pushed_at: repository.pushed_at,
    ...{ topics: [], is_template: false, has_discussions: true, web_commit_signoff_required: false },
  }
}

/** The same in a push: its times are seconds, and its owner has a name. */
export function pushedRepositoryOf(repository: Repository): Json {
  const { login } = repository.owner
  const seconds = (time: string) => Date.parse(time) / 1000
  return {
    ...repositoryOf(repository),
    owner: { ...accountOf(repository.owner), name: login, email: null },
    created_at: seconds(repository.created_at),
    pushed_at: seconds(repository.pushed_at),
  }
}

export function branchOf(repository: Repository, name: string, sha: string): Json {
  return { name, commit: { sha, url: `${apiOf(repository)}/commits/${sha}` }, protected: false }
}

export function tagOf(repository: Repository, name: string, sha: string): Json {
  return {
    name,
    commit: { sha, url: `${apiOf(repository)}/commits/${sha}` },
    zipball_url: `${apiOf(repository)}/zipball/${name}`,
    tarball_url: `${apiOf(repository)}/tarball/${name}`,
    node_id: `REF_${name}`,
  }
}

const emailOf = ({ id, login }: Account) => `${id}+${login}@users.noreply.github.com`
/** The name in a commit stays what it was. */
const nameIn = ({ id }: Account) => `Author ${id}`

export function commitOf(repository: Repository, { sha, message, author, at, parents }: Commit): Json {
  const by = { name: nameIn(author), email: emailOf({ ...author, login: 'author' }), date: at }
  const url = `${apiOf(repository)}/commits/${sha}`
  return {
    ...{ sha, node_id: `C_${sha}`, url, html_url: `${webOf(repository)}/commit/${sha}` },
    comments_url: `${url}/comments`,
    commit: {
      ...{ author: by, committer: by, message, comment_count: 0 },
      tree: { sha, url: `${apiOf(repository)}/git/trees/${sha}` },
      url: `${apiOf(repository)}/git/commits/${sha}`,
    },
    author: accountOf(author),
    committer: accountOf(author),
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${apiOf(repository)}/commits/${parent}`,
      html_url: `${webOf(repository)}/commit/${parent}`,
    })),
  }
}

/** The short form of a push, which knows neither parents nor accounts. */
export function pushedCommitOf(repository: Repository, { sha, message, author, at }: Commit): Json {
  const by = { name: nameIn(author), email: emailOf({ ...author, login: 'author' }), username: author.login }
  return {
    ...{ id: sha, tree_id: sha, distinct: true, message, timestamp: at.replace('Z', '+00:00') },
    url: `${webOf(repository)}/commit/${sha}`,
    ...{ author: by, committer: by, added: [], removed: [], modified: ['README.md'] },
  }
}

const zeros = '0'.repeat(40)
/** GitHub cuts the commits of a push: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const mostPushed = 2048

/** What a push says: `before` and `after` are null where there was or is nothing. */
export function pushOf(
  repository: Repository,
  {
    ref,
    before,
    after,
    pusher,
  }: { ref: string; before: string | null; after: string | null; pusher: Account },
): Json {
  const known = new Set(reachedFrom(repository, before ?? undefined).map(({ sha }) => sha))
  const isTag = ref.startsWith('refs/tags/')
  const isNew = before === null
  const added =
    after === null || isTag || isNew
      ? []
      : reachedFrom(repository, after).filter(({ sha }) => !known.has(sha))
  const reached = after === null ? [] : reachedFrom(repository, after).map(({ sha }) => sha)
  const head = after === null ? undefined : repository.commits.get(after)
  return {
    ...{ ref, before: before ?? zeros, after: after ?? zeros },
    ...{ created: before === null, deleted: after === null, base_ref: null },
    forced: before !== null && after !== null && !reached.includes(before),
    compare: `${webOf(repository)}/compare`,
    commits: added
      .reverse()
      .slice(0, mostPushed)
      .map((commit) => pushedCommitOf(repository, commit)),
    head_commit: head ? pushedCommitOf(repository, head) : null,
    pusher: { name: pusher.login, email: emailOf(pusher) },
  }
}
