import type { Repository } from '../../contract/mirror.ts'
import {
  type Fields,
  flagIn,
  integerIn,
  objectIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  textsIn,
  timeIn,
} from '../domain/mirror/fields.ts'

import { addTold, type Told } from './told.ts'

/** What GitHub tells of a repository; the rest of `Repository` is the hub's own. */
export type RepositoryFacts = Omit<
  Repository,
  'permission' | 'webhook' | 'synced_at' | 'open_issues' | 'open_pull_requests'
>

/** What GitHub's object tells beside these columns, for those who ask for it in GitHub's shape. */
const repositoryTold: Told = {
  columns: [
    ...[
      'id',
      'name',
      'full_name',
      'private',
      'fork',
      'archived',
      'description',
      'default_branch',
      'language',
    ],
    ...['topics', 'stargazers_count', 'forks_count', 'visibility', 'is_template', 'html_url', 'created_at'],
    ...['updated_at', 'pushed_at'],
  ],
  alone: ['network_count', 'subscribers_count', 'organization', 'parent', 'source', 'template_repository'],
  // The counts follow from others; the rest is for who asked, or not for everybody who may read it.
  without: [
    ...['forks', 'watchers', 'watchers_count', 'open_issues', 'open_issues_count', 'permissions'],
    ...['role_name', 'temp_clone_token', 'security_and_analysis', 'custom_properties'],
  ],
  // GitHub shows them to those who may push.
  guarded: [
    ...['allow_squash_merge', 'allow_merge_commit', 'allow_rebase_merge', 'allow_auto_merge'],
    ...['allow_update_branch', 'delete_branch_on_merge', 'use_squash_pr_title_as_default'],
    ...['squash_merge_commit_title', 'squash_merge_commit_message', 'merge_commit_title'],
    'merge_commit_message',
  ],
}

/** Reads a repository of a REST answer, with what it tells beside the columns. */
export function readToldRepository(repository: Fields): RepositoryFacts {
  const facts = readRepository(repository)
  addTold({ told: repositoryTold }, facts, repository, { repositoryId: facts.id, asOf: null })
  return facts
}

/** A repository as the hub keeps it, without anybody's permission. */
export type MirroredRepository = Omit<Repository, 'permission'>

/** Reads a repository of a REST answer or a webhook. https://docs.github.com/en/rest/repos/repos */
export function readRepository(repository: Fields): RepositoryFacts {
  const license = optionalObjectIn(repository, 'license')
  const isPrivate = flagIn(repository, 'private')
  return {
    id: integerIn(repository, 'id'),
    owner: ownerOf(objectIn(repository, 'owner')),
    name: textIn(repository, 'name'),
    full_name: textIn(repository, 'full_name'),
    private: isPrivate,
    fork: flagIn(repository, 'fork'),
    archived: flagIn(repository, 'archived'),
    description: optionalTextIn(repository, 'description'),
    default_branch: optionalTextIn(repository, 'default_branch') ?? 'main',
    language: optionalTextIn(repository, 'language'),
    topics: textsIn(repository, 'topics'),
    stargazers_count: optionalIntegerIn(repository, 'stargazers_count', 0),
    forks_count: optionalIntegerIn(repository, 'forks_count', 0),
    // Older servers tell only whether it is private.
    visibility: optionalTextIn(repository, 'visibility') ?? (isPrivate ? 'private' : 'public'),
    homepage: optionalTextIn(repository, 'homepage') || null,
    license: license && optionalTextIn(license, 'spdx_id'),
    is_template: flagIn(repository, 'is_template'),
    html_url: textIn(repository, 'html_url'),
    created_at: timeIn(repository, 'created_at'),
    updated_at: timeIn(repository, 'updated_at'),
    pushed_at: optionalTimeIn(repository, 'pushed_at'),
  }
}

/** Pushes name an owner by `name`, everything else by `login`. */
function ownerOf(owner: Fields): string {
  return optionalTextIn(owner, 'login') ?? textIn(owner, 'name')
}

/** Reads what the asking user may do with a repository of `GET /user/repos`: the highest right that is true. */
export function readPermission(repository: Fields): Repository['permission'] {
  const rights = optionalObjectIn(repository, 'permissions')
  if (!rights) return 'pull'
  return permissions.find((permission) => flagIn(rights, permission)) ?? 'pull'
}

const permissions = ['admin', 'maintain', 'push', 'triage', 'pull'] as const
