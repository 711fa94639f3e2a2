import type { Migration } from '../migrate.ts'

/** What is talked about beside issues. */
export const discussions: Migration = {
  id: 26,
  name: 'discussions',
  statements: ({ text, integer, table }) => {
    const repository = `repository_id ${integer} not null references repositories (id) on delete cascade`
    const people = `user_login ${text}, user_avatar_url ${text}`
    const times = `created_at ${integer} not null, updated_at ${integer} not null`
    return [
      table(
        'discussions',
        `${repository},
        number ${integer} not null,
        id ${integer} not null,
        node_id ${text} not null,
        title ${text} not null,
        body ${text},
        category ${text} not null,
        state ${text} not null check (state in ('open', 'closed')),
        state_reason ${text},
        locked ${integer} not null,
        answer_html_url ${text},
        ${people},
        comments ${integer} not null,
        reactions ${text} not null,
        html_url ${text} not null,
        ${times},
        primary key (repository_id, number)`,
      ),
      table(
        'discussion_comments',
        `id ${integer} primary key,
        ${repository},
        node_id ${text} not null,
        discussion_number ${integer} not null,
        parent_id ${integer},
        body ${text} not null,
        ${people},
        html_url ${text} not null,
        ${times}`,
      ),
      'create index discussion_comments_of_discussion on discussion_comments (repository_id, discussion_number, id)',
    ]
  },
}
