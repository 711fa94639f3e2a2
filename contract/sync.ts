import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './common.ts'

/** How far the sync of one scope is: one row per resource. */
export const SyncProgress = Type.Object(
  {
    repository: Nullable(Type.String({ description: 'full_name; null: the list of repositories itself' })),
    repository_id: Nullable(Type.Integer()),
    state: OneOf('waiting', 'running', 'done', 'failed'),
    resource: Type.String(),
    done: Type.Integer(),
    total: Nullable(Type.Integer()),
    error: Nullable(Type.String()),
    set_aside: Type.Integer({ description: 'Items of it that did not fit' }),
    healed: Type.Integer({
      description: 'Items that differed from GitHub, although no webhook had told of it',
    }),
    updated_at: Timestamp,
  },
  { $id: 'SyncProgress' },
)
export type SyncProgress = Static<typeof SyncProgress>

/** How far the mirror of somebody's repositories is as a whole. */
export const SyncOverview = Type.Object(
  {
    repositories: Type.Object({
      total: Type.Integer(),
      done: Type.Integer({ description: 'Read completely at least once' }),
      failed: Type.Integer({ description: 'Of which something could not be read' }),
    }),
    kinds: Type.Array(Type.Object({ resource: Type.String(), done: Type.Integer(), total: Type.Integer() }), {
      description: 'What the last sync of each repository has read',
    }),
    kept_current: Type.Object(
      { webhooks: Type.Integer(), log: Type.Integer(), looks: Type.Integer() },
      {
        description:
          'Repositories by how changes come: by webhook, within a second; from GitHub’s log of webhooks that do not ' +
          'reach the hub, and by looking where there is none, each within a minute or so',
      },
    ),
    paused: Type.Boolean(),
    complete_at: Nullable(
      Type.String({ format: 'date-time', description: 'Estimated; null: complete, or not known yet' }),
    ),
  },
  { $id: 'SyncOverview' },
)
export type SyncOverview = Static<typeof SyncOverview>

/** Something that GitHub sent and that is not what GitHub documents; everything around it was taken in. */
export const SetAside = Type.Object(
  {
    repository: Type.String({ description: '`owner/name`' }),
    kind: Type.String({ description: 'As in changes: `issue`, `commit`, …' }),
    key: Type.String({ description: "GitHub's id, or a digest where it tells none" }),
    source: OneOf('sync', 'delivery'),
    delivery_id: Nullable(Type.String()),
    reason: Type.String(),
    raw: Type.String({ description: 'What came, as JSON; at most 64 KiB' }),
    cut: Type.Boolean({ description: 'Whether `raw` was longer' }),
    times: Type.Integer({ description: 'How often it came' }),
    first_at: Timestamp,
    last_at: Timestamp,
  },
  { $id: 'SetAside' },
)
export type SetAside = Static<typeof SetAside>
