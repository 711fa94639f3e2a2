import type { ToldAnswer } from '../../contract/acts/act.ts'
import type { Described } from '../domain/described.ts'
import { fieldsOf } from '../domain/mirror/fields.ts'
import { changeOf } from './decide-delivery.ts'
import { type Carried, completed, type Kind, type Place } from './kind.ts'
import { type KindName, kinds } from './kinds.ts'
import { readWithTold } from './told.ts'

/** What GitHub answered to somebody's act, by the descriptor of its kind. */
export interface Answered {
  kind: Kind<object>
  item: object
  /** It is gone now. */
  gone?: boolean
  /** What its webhook will say, where GitHub's answer does not. */
  payload?: object
}

/**
 * Reads GitHub's answer as one of a kind; null for what is not kept. Throws `github_malformed` that names the field
 * which does not fit.
 */
export function readAnswer(name: KindName, data: unknown, place: Place): Answered | null {
  const kind = kinds[name] as Kind<object>
  const item = readWithTold(kind, fieldsOf(data, name), place)
  return item && { kind, item }
}

/** Reads what a webhook will tell as one of a kind, as if it had come. */
export function readTold({ is, event, payload }: ToldAnswer, place: Place): Answered | null {
  const kind = kinds[is] as Kind<object>
  const carried = kind.events[event] as Carried<object>
  const fields = fieldsOf(payload, '')
  const item = carried.read?.(fields, place, fields) ?? null
  return item && { kind, item, gone: carried.gone?.(fields) ?? false, payload }
}

/** What a change is told with. */
interface About {
  full_name: string
  conversation: object | null
  payload?: object
}

/**
 * Decides what an answer does to the mirror: the item to save, unless what is stored is newer, and the change that
 * tells of it. Its action is `answered`: the webhook that follows tells what happened, and only that is a story.
 */
export function decideAnswer(
  { kind, item, payload }: Answered,
  stored: object | undefined,
  about: About,
): { save: object | null; now: object; change: Described | null } {
  const isNewer = stored === undefined || kind.replaces(item, stored)
  const now = isNewer ? completed(kind, item, stored) : stored
  const told = { ...about, ...(payload && { payload }), removed: false }
  return { save: isNewer ? now : null, now, change: tell(kind, now, told) }
}

/** The change of an item that an act has deleted. */
export function tellRemoved(kind: Kind<object>, item: object, about: About): Described | null {
  return tell(kind, item, { ...about, removed: true })
}

function tell(kind: Kind<object>, item: object, about: About & { removed: boolean }): Described | null {
  const { full_name, removed, conversation } = about
  // As a webhook would carry them.
  const payload = fieldsOf(
    {
      issue: issueSide(conversation),
      pull_request: conversation,
      [kind.name]: item,
      ...about.payload,
    },
    '',
  )
  return changeOf(kind, { action: 'answered', full_name, payload, told: item, item, removed, rows: {} })
}

/** A webhook marks the issue side of a pull request so. */
function issueSide(conversation: object | null): object | null {
  const isPull = conversation !== null && 'head' in conversation
  return isPull ? { ...conversation, pull_request: {} } : conversation
}
