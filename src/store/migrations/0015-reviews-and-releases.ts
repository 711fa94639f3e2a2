import type { Migration } from '../migrate.ts'

/**
 * What was said on lines, what was released, and by which rules; and what else GitHub tells of repositories, pull
 * requests, issues and comments, which the next sync reads.
 */
export const reviewsAndReleases: Migration = {
  id: 15,
  name: 'reviews-and-releases',
  statements: ({ text, integer, table }) => {
    const repository = `repository_id ${integer} not null references repositories (id) on delete cascade`
    const account = (name: string) => `${name}_login ${text}, ${name}_avatar_url ${text}`
    const times = `created_at ${integer} not null, updated_at ${integer} not null`
    const add = (name: string, ...columns: string[]) =>
      columns.map((column) => `alter table ${name} add column ${column}`)
    const empty = (name: string, value: string) => `${name} ${text} not null default '${value}'`
    const none = (name: string) => `${name} ${integer} not null default 0`
    return [
      ...add(
        'repositories',
        empty('visibility', 'private'),
        `homepage ${text}`,
        `license ${text}`,
        none('is_template'),
      ),
      "update repositories set visibility = 'public' where private = 0",
      ...add('pull_requests', empty('node_id', ''), `milestone ${text}`, none('locked')),
      ...add('pull_requests', empty('requested_teams', '[]'), empty('auto_merge', 'null')),
      ...add('pull_requests', `merged_by_login ${text}`, `merged_by_avatar_url ${text}`),
      ...add('pull_requests', empty('mergeable_state', 'unknown'), empty('reactions', '{}')),
      ...add('pull_requests', none('additions'), none('deletions'), none('changed_files')),
      ...add('issues', empty('node_id', ''), `type ${text}`, none('locked'), none('pinned')),
      ...add('issues', empty('sub_issues', '{"total":0,"completed":0}'), empty('reactions', '{}')),
      ...add('comments', empty('reactions', '{}')),
      "delete from sync_progress where resource in ('pulls', 'issues', 'comments')",

      table(
        'review_comments',
        `id ${integer} primary key,
        ${repository},
        review_id ${integer},
        pull_number ${integer} not null,
        in_reply_to_id ${integer},
        path ${text} not null,
        line ${integer},
        start_line ${integer},
        side ${text},
        original_line ${integer},
        commit_id ${text} not null,
        original_commit_id ${text} not null,
        diff_hunk ${text} not null,
        body ${text} not null,
        reactions ${text} not null,
        ${account('user')},
        html_url ${text} not null,
        ${times}`,
      ),
      'create index review_comments_of_pull on review_comments (repository_id, pull_number, id)',

      table(
        'review_threads',
        `id ${integer} primary key,
        ${repository},
        node_id ${text} not null,
        pull_number ${integer} not null,
        resolved ${integer} not null,
        updated_at ${integer} not null`,
      ),
      'create index review_threads_of_pull on review_threads (repository_id, pull_number, id)',

      table(
        'releases',
        `id ${integer} primary key,
        ${repository},
        tag_name ${text} not null,
        target_commitish ${text} not null,
        name ${text},
        body ${text},
        prerelease ${integer} not null,
        assets ${text} not null,
        ${account('author')},
        html_url ${text} not null,
        published_at ${integer},
        ${times}`,
      ),
      'create index releases_of_repository on releases (repository_id, id)',

      table(
        'tags',
        `${repository},
        name ${text} not null,
        sha ${text} not null,
        updated_at ${integer} not null,
        primary key (repository_id, name)`,
      ),

      table(
        'branch_protection_rules',
        `id ${integer} primary key,
        ${repository},
        name ${text} not null,
        required_approving_review_count ${integer} not null,
        required_status_checks ${text} not null,
        require_code_owner_review ${integer} not null,
        dismiss_stale_reviews_on_push ${integer} not null,
        admin_enforced ${integer} not null,
        requires_linear_history ${integer} not null,
        requires_signatures ${integer} not null,
        requires_conversation_resolution ${integer} not null,
        allows_force_pushes ${integer} not null,
        allows_deletions ${integer} not null,
        ${times}`,
      ),
      'create index branch_protection_rules_of_repository on branch_protection_rules (repository_id, id)',

      table(
        'rulesets',
        `id ${integer} primary key,
        ${repository},
        name ${text} not null,
        target ${text},
        source ${text} not null,
        enforcement ${text} not null,
        created_at ${integer},
        updated_at ${integer} not null`,
      ),
      'create index rulesets_of_repository on rulesets (repository_id, id)',
    ]
  },
}
