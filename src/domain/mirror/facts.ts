import type { Label } from '../../../contract/common.ts'
import type { Commit, Issue, PullRequest, Repository } from '../../../contract/mirror.ts'

/** What GitHub tells of a repository; the rest of `Repository` is the hub's own. */
export type RepositoryFacts = Omit<
  Repository,
  'permission' | 'webhook' | 'synced_at' | 'open_issues' | 'open_pull_requests'
>

/** A repository as the hub keeps it, without anybody's permission. */
export type MirroredRepository = Omit<Repository, 'permission'>

export type IssueFacts = Issue & { body: string | null }

/** A pull request with its body. `comments` is null where GitHub leaves it out: in lists and in reviews. */
export type PullRequestFacts = Omit<PullRequest, 'comments' | 'body'> & {
  comments: number | null
  body: string | null
}

export type CommitFacts = Commit & { author_email: string | null }

export type LabelFacts = Label & { id: number }
