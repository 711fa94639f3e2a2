import type { Release } from '../../contract/releases.ts'
import {
  type Fields,
  flagIn,
  integerIn,
  objectsIn,
  optionalIntegerIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { personIn } from './people.ts'

const { plain, times, flags, json, person, toldColumn } = columnsOf<Release>()

/**
 * Drafts are not kept: GitHub shows them only to those who may push, and the hub's readers may be more.
 * https://docs.github.com/en/rest/releases/releases
 */
export const release = {
  name: 'release',
  version: 1,
  table: 'releases',
  key: ['id'],
  columns: [
    ...plain('id', 'tag_name', 'target_commitish', 'name', 'body', 'html_url'),
    ...flags('prerelease'),
    ...json('assets'),
    person('author'),
    ...times('created_at', 'published_at', 'updated_at'),
    toldColumn,
  ],
  read: (object) => (flagIn(object, 'draft') ? null : readRelease(object)),
  told: {
    columns: [
      'id',
      'tag_name',
      'target_commitish',
      'name',
      'body',
      'prerelease',
      'html_url',
      'created_at',
      'published_at',
    ],
  },
  replaces: isNotOlder,
  // One that was withdrawn may be published again.
  returns: ({ updated_at }, { gone_at }) => updated_at > gone_at,
  events: {
    release: {
      at: 'release',
      subject: true,
      read: (object, _, payload) =>
        flagIn(object, 'draft') && !isGone(payload) ? null : readRelease(object),
      gone: isGone,
    },
  },
  listed: { resource: 'releases', route: 'GET /repos/{owner}/{repo}/releases', complete: true },
} satisfies Kind<Release>

function isGone(payload: Fields): boolean {
  return ['deleted', 'unpublished'].includes(optionalTextIn(payload, 'action') ?? '')
}

/** Reads a release, also a draft. */
export function readRelease(object: Fields): Release {
  const created_at = timeIn(object, 'created_at')
  const published_at = optionalTimeIn(object, 'published_at')
  return {
    id: integerIn(object, 'id'),
    tag_name: textIn(object, 'tag_name'),
    target_commitish: textIn(object, 'target_commitish'),
    name: optionalTextIn(object, 'name'),
    body: optionalTextIn(object, 'body'),
    prerelease: flagIn(object, 'prerelease'),
    author: personIn(object, 'author'),
    assets: objectsIn(object, 'assets').map((asset) => ({
      id: integerIn(asset, 'id'),
      name: textIn(asset, 'name'),
      content_type: optionalTextIn(asset, 'content_type') ?? '',
      size: optionalIntegerIn(asset, 'size', 0),
      download_count: optionalIntegerIn(asset, 'download_count', 0),
      browser_download_url: textIn(asset, 'browser_download_url'),
    })),
    html_url: textIn(object, 'html_url'),
    created_at,
    published_at,
    // Older servers tell no time of change.
    updated_at: optionalTimeIn(object, 'updated_at') ?? published_at ?? created_at,
  }
}
