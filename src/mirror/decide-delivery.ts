import type { Described } from '../domain/described.ts'
import { completed, filled, type Happened, isOnlyListed, isReadWithTimes, type Kind, nameOf } from './kind.ts'
import { kinds } from './kinds.ts'
import type { Delivered, Rows } from './read-delivery.ts'
import type { MirroredRepository } from './repository.ts'

/** An item that is gone. */
export interface Removal {
  kind: Kind<object>
  item: object
  /** By GitHub's clock, as far as it tells: ISO 8601. */
  gone_at: string | null
}

/** What a delivery does to the mirror. */
export interface Decision {
  /** Items to save: those that are not older than what is stored. */
  save: Rows
  remove: Removal | 'repository' | null
  change: Described
}

/** What is stored: the repository after this delivery's description of it, and the rows that the delivery names. */
export interface Current {
  repository: MirroredRepository
  rows: Rows
  /** Of which kinds the delivery's item was deleted before. */
  gone: ReadonlySet<string>
  /** A sync has begun since the delivery was sent: what it reads is not older, also where no time tells them apart. */
  isOvertaken?: boolean
}

/**
 * Decides what a delivery changes. Pure. GitHub does not promise an order of deliveries: a row that is older than
 * what is stored is not saved, and the change then shows the stored one, so that readers never go back in time.
 */
export function decideDelivery(delivered: Delivered, current: Current): Decision {
  const { event, subject, payload } = delivered
  const action = delivered.action ?? ''
  const { id: repository_id, full_name } = current.repository
  if (event === 'repository') {
    return action === 'deleted'
      ? {
          save: {},
          remove: 'repository',
          change: { kind: 'repository.removed', data: { action, repository_id, full_name } },
        }
      : {
          save: {},
          remove: null,
          change: { kind: 'repository.updated', data: { action, repository: current.repository } },
        }
  }
  const save = newerRows(delivered, current)
  // What is deleted stays so: to the mirror, late news of it is none.
  const isLate = subject !== null && !subject.gone && current.gone.has(subject.kind.name)
  if (!subject || isLate) return { save, remove: null, change: stored(delivered) }

  const { kind } = subject
  const name = kind.name as keyof Rows
  const incoming = delivered.rows[name] as object | undefined
  const isNewer = save[name] !== undefined
  // What can come back may have done so already: then the deletion is the older news.
  const removed = subject.gone && incoming !== undefined && (!kind.returns || isNewer)
  if (subject.gone) delete save[name]
  const now = { ...current.rows, ...save }
  const told = incoming ?? null
  const happened = { action, full_name, payload, told, item: now[name] ?? null, removed, rows: now }
  return {
    save,
    remove: removed ? { kind, item: incoming, gone_at: timeOf(incoming) } : null,
    change: changeOf(kind, happened) ?? stored(delivered),
  }
}

/** The change of a delivery that alters nothing in the mirror. */
export function stored({
  event,
  action,
  repository,
}: Pick<Delivered, 'event' | 'action' | 'repository'>): Described {
  return { kind: 'delivery.stored', data: { event, action, full_name: repository?.full_name ?? null } }
}

/** How what became of an item is told; null: not at all. */
export function changeOf(kind: Kind<object>, happened: Happened<object>): Described | null {
  return kind.change ? kind.change(happened) : defaultChange(kind, happened)
}

function defaultChange(
  kind: Kind<object>,
  { told, item, removed, action, full_name }: Happened<object>,
): Described | null {
  const { name } = kind
  if (!removed || !told)
    return item && ({ kind: `${name}.updated`, data: { action, [name]: item, full_name } } as never)
  const id = 'id' in told ? told.id : nameOf(kind, told)
  return { kind: `${name}.removed`, data: { action, id, full_name } } as never
}

/** Items of a delivery that take the place of the stored ones, whole. */
function newerRows(delivered: Delivered, { rows: stored, gone, isOvertaken = false }: Current): Rows {
  const newer: Record<string, object> = {}
  const { subject } = delivered
  for (const [name, incoming] of Object.entries(delivered.rows)) {
    if (gone.has(name)) continue
    const kind = kinds[name as keyof Rows] as Kind<object>
    const before = stored[name as keyof Rows] as object | undefined
    const mayBeOlder = isOvertaken && isReadWithTimes(kind) && !(subject?.gone && subject.kind === kind)
    if (mayBeOlder && isOnlyListed(kind, incoming)) continue
    if (!before || wins(kind, { incoming, before, cause: `${delivered.event}.${delivered.action}` })) {
      const isTie = mayBeOlder && before && kind.replaces(before, incoming)
      const item = isTie ? filled(kind, before, incoming) : completed(kind, incoming, before)
      if (item) newer[name] = item
    }
  }
  return newer
}

function wins(
  kind: Kind<object>,
  { incoming, before, cause }: { incoming: object; before: object; cause: string },
): boolean {
  if (kind.begins?.includes(cause) && timeOf(incoming) === timeOf(before)) return false
  return kind.replaces(incoming, before)
}

/** When an item was last changed; null for one that does not tell. */
function timeOf(item: object): string | null {
  return 'updated_at' in item ? (item.updated_at as string) : null
}
