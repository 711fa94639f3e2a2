import type { Described } from '../domain/described.ts'
import { fieldsOf } from '../domain/mirror/fields.ts'
import { changeOf } from './decide-delivery.ts'
import { completed, type Kind, type Place } from './kind.ts'
import { type KindName, kinds } from './kinds.ts'

/** What GitHub answered to somebody's act, by the descriptor of its kind. */
export interface Answered {
  kind: Kind<object>
  item: object
}

/**
 * Reads GitHub's answer as one of a kind; null for what is not kept. Throws `github_malformed` that names the field
 * which does not fit.
 */
export function readAnswer(name: KindName, data: unknown, place: Place): Answered | null {
  const kind = kinds[name] as Kind<object>
  const item = kind.read(fieldsOf(data, name), place)
  return item && { kind, item }
}

/**
 * Decides what an answer does to the mirror: the item to save, unless what is stored is newer, and the change that
 * tells of it. Its action is `answered`: the webhook that follows tells what happened, and only that is a story.
 */
export function decideAnswer(
  { kind, item }: Answered,
  stored: object | undefined,
  about: { full_name: string; conversation: object | null },
): { save: object | null; now: object; change: Described | null } {
  const isNewer = stored === undefined || kind.replaces(item, stored)
  const now = isNewer ? completed(kind, item, stored) : stored
  return { save: isNewer ? now : null, now, change: tell(kind, now, { ...about, removed: false }) }
}

/** The change of an item that an act has deleted. */
export function tellRemoved(
  kind: Kind<object>,
  item: object,
  about: { full_name: string; conversation: object | null },
): Described | null {
  return tell(kind, item, { ...about, removed: true })
}

function tell(
  kind: Kind<object>,
  item: object,
  about: { full_name: string; conversation: object | null; removed: boolean },
): Described | null {
  const { full_name, removed, conversation } = about
  // As a webhook would carry them.
  const payload = fieldsOf(
    { [kind.name]: item, issue: issueSide(conversation), pull_request: conversation },
    '',
  )
  return changeOf(kind, { action: 'answered', full_name, payload, told: item, item, removed, rows: {} })
}

/** A webhook marks the issue side of a pull request so. */
function issueSide(conversation: object | null): object | null {
  const isPull = conversation !== null && 'head' in conversation
  return isPull ? { ...conversation, pull_request: {} } : conversation
}
