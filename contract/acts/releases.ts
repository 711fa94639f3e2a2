import { Type } from 'typebox'
import { OneOf } from '../common.ts'
import { act } from './act.ts'
import { Nothing, RefName, Text } from './fields.ts'

const releases = '/repos/:owner/:repo/releases'

const fields = {
  target_commitish: Type.Optional(RefName),
  name: Type.Optional(Type.String({ maxLength: 1_000 })),
  body: Type.Optional(Text),
  draft: Type.Optional(Type.Boolean()),
  prerelease: Type.Optional(Type.Boolean()),
  make_latest: Type.Optional(OneOf('true', 'false', 'legacy')),
}

/** What people do with releases. Drafts are GitHub's alone: the mirror's readers may be more than those who see them. */
export const releaseActs = {
  'release.create': act({
    method: 'POST',
    path: releases,
    summary: 'Publish a release, or keep a draft of it',
    body: Type.Object({ tag_name: RefName, ...fields }),
    right: 'push',
    answer: { is: 'release' },
    // Its time is that of its commit.
    recall: { list: releases, by: 'author', same: ['tag_name', 'name', 'body'] },
  }),
  'release.edit': act({
    method: 'PATCH',
    path: `${releases}/:id`,
    summary: 'Edit a release, or publish a draft',
    body: Type.Object({ tag_name: Type.Optional(RefName), ...fields }, { minProperties: 1 }),
    right: 'push',
    answer: { is: 'release' },
  }),
  'release.delete': act({
    method: 'DELETE',
    path: `${releases}/:id`,
    summary: 'Delete a release; its tag stays',
    body: Nothing,
    right: 'push',
    answer: { removes: 'release' },
    recall: { refusedWith: [404] },
  }),
} as const
