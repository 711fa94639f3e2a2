import { type Static, Type } from 'typebox'
import { Nullable, Person, Timestamp } from './common.ts'

export const Release = Type.Object(
  {
    id: Type.Integer(),
    tag_name: Type.String(),
    target_commitish: Type.String(),
    name: Nullable(Type.String()),
    body: Nullable(Type.String()),
    prerelease: Type.Boolean(),
    author: Nullable(Person),
    assets: Type.Array(
      Type.Object({
        id: Type.Integer(),
        name: Type.String(),
        content_type: Type.String(),
        size: Type.Integer(),
        download_count: Type.Integer(),
        browser_download_url: Type.String(),
      }),
    ),
    html_url: Type.String(),
    created_at: Timestamp,
    published_at: Nullable(Timestamp),
    updated_at: Timestamp,
  },
  { $id: 'Release' },
)
export type Release = Static<typeof Release>

export const Tag = Type.Object(
  {
    name: Type.String(),
    sha: Type.String(),
    /** When the hub learned that it stands there. */
    updated_at: Timestamp,
  },
  { $id: 'Tag' },
)
export type Tag = Static<typeof Tag>

/** What GitHub proposes to say of a release. */
export const ReleaseNotes = Type.Object({ name: Type.String(), body: Type.String() }, { $id: 'ReleaseNotes' })
export type ReleaseNotes = Static<typeof ReleaseNotes>
