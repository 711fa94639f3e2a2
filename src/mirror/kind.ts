import type { Person } from '../../contract/common.ts'
import type { InboxReason } from '../../contract/inbox.ts'
import type { Restriction } from '../domain/access.ts'
import type { Described } from '../domain/described.ts'
import type { Concerned } from '../domain/inbox/concern.ts'
import type { Fields } from '../domain/mirror/fields.ts'
import type { Column } from './columns.ts'
import type { GithubEvent } from './github-events.ts'
import { keepTold, type Told } from './told.ts'

/** Where an object of GitHub was found, for what it does not tell itself. */
export interface Place {
  repositoryId: number
  /** When GitHub said so by its own clock, ISO 8601; null where the object tells its time. */
  asOf: string | null
  /** What it was listed under: the number of the pull request of a review, the commit of a status. */
  under?: number | string
  /** The number of the delivery that carries it. */
  delivery?: number
}

/**
 * One sort of mirrored thing, described once: loading, deciding, saving, removing, syncing and setting aside are the
 * same code for all. Methods, not functions in fields: so a list of kinds of different items is one of `Kind<object>`.
 */
export interface Kind<Item extends object> {
  /** As in changes and in what is set aside: `issue`. */
  name: string
  /** Raised when its reading learns something: what was set aside is then read again. */
  version: number
  table: string
  /** The columns that tell which row is meant. */
  key: readonly string[]
  /** The columns of the table, besides `repository_id` where the item does not hold it itself. */
  columns: readonly Column<Item>[]
  /**
   * Reads GitHub's object; null for one that is not kept, as a review that is not submitted. Takes the fields that
   * the hub keeps and no others. Throws `github_malformed` that names the field which does not fit.
   */
  read(object: Fields, place: Place): Item | null
  /** What an object that is not kept tells of another kind. */
  tells?(object: Fields, place: Place): Patch | null
  /** Fields that GitHub leaves out (null) in some places: what is stored stays, or else this. */
  untold?: Partial<Item>
  /** What of the stored one stays where an item takes its place, as other things tell it, too, and told it later. */
  keeps?(incoming: Item, stored: Item): Partial<Item>
  /** What whoever asks for one is answered, where it holds what only its order needs. */
  shows?(item: Item): object
  /** What is kept of GitHub's object beside the columns, to be shown in GitHub's shape. Without: nothing is. */
  told?: Told
  /** Whether an item takes the place of the stored one: deliveries come in any order. */
  replaces(incoming: Item, stored: Item): boolean
  /** Whether a list shows the stored item as it stands, though it reads as a new one: nothing is saved then. */
  stands?(listed: Item, stored: Item): boolean
  /** Deliveries, as `event.action`, that bring an item into being: of the same second, the stored one is later. */
  begins?: readonly string[]
  /** Whether one that was deleted is there again; never without, as GitHub gives no id twice. */
  returns?(incoming: Item, tombstone: Tombstone): boolean
  /** The item that it goes with: when that is gone it is, too. */
  owner?: { kind: string; key(item: Item): string; column: string }
  /** The column of the repository that counts those of which this holds. */
  counts?: { column: 'open_issues' | 'open_pull_requests'; counted(item: Item): boolean }
  /** The webhooks that carry it. */
  events: { readonly [Event in GithubEvent]?: Carried<Item> }
  /** How a sync reads it, if it does. */
  listed?: Listed
  /** How it is read when somebody looks at it, by that person's right: no sync asks for it. */
  opened?: Opened
  /** Who may see it, where GitHub shows it to fewer than all readers of its repository. */
  seenBy?: Restriction
  /** What search finds it by. Without: it is not searched. */
  searched?: Searched<Item>
  /** What it asks of people as it stands: these have it in their inboxes until it does not. */
  needs?(item: Item): Concerned
  /** Which threads of runs need nobody any more, now that it stands so. */
  settles?(item: Item, before: Item | undefined): readonly Settled[]
  /** How the event whose subject it is shows in the log. Without: `<name>.updated` and `<name>.removed`. */
  change?(happened: Happened<Item>): Described | null
}

/** That runs which are like this one, up to its number, do not need anybody for this reason any more. */
export interface Settled {
  reason: InboxReason
  like: { workflow_id: number; head_branch: string | null; run_number: number } | { id: number }
  /** When that came about. */
  at: string
}

/** What the index of the search holds of an item. Its words are written again only when they have changed. */
export interface Searched<Item> {
  /** Raised when it holds more: what is stored is then entered anew. */
  version: number
  title(item: Item): string
  body?(item: Item): string | null
  /** What words like `label:bug` ask for, written so, in any case. Whom its body calls is known without. */
  facts?(item: Item): readonly string[]
  /** What `is:` and `status:` ask for. */
  state?(item: Item): string
  /** When it was made, and when it changed: what lists are in the order of. ISO 8601. */
  created(item: Item): string
  updated?(item: Item): string
  /** How many comments and reactions it has. */
  comments?(item: Item): number
  reactions?(item: Item): number
  /** The issues of its repository that it says it closes. */
  closes?(item: Item): readonly number[]
  /** Whose names it tells. */
  people?(item: Item): readonly (Person | null)[]
}

/** How a webhook carries an item. */
export interface Carried<Item> {
  /** The field of the payload that holds the object. */
  at?: string
  /** The objects, where there are several, and where they stood. */
  each?(payload: Fields): { value: unknown; place: string }[]
  /** Reads what is at `at`, or else the payload, where the kind's own reading does not do. */
  read?(object: Fields, place: Place, payload: Fields): Item | null
  /** The event is about this kind: it makes the change. An event has one subject. */
  subject?: true
  /** The event says that it is gone. */
  gone?(payload: Fields): boolean
  /** Only an item of which this holds is saved. */
  kept?(payload: Fields): boolean
}

/** What became of an event's subject. */
export interface Happened<Item> {
  action: string
  /** As the delivery told it; null where it told none that is kept. */
  told: Item | null
  full_name: string
  payload: Fields
  /** As it is now: the incoming item, or a stored one that is newer; null where none is kept. */
  item: Item | null
  removed: boolean
  /** What else the delivery told, as it is now. */
  rows: Readonly<Record<string, object | undefined>>
}

/** A list of a repository on GitHub. */
export interface Listed {
  /** In `sync_progress`, and to people. */
  resource: string
  route: string
  query?(reading: { since: string | null; defaultBranch: string }): Record<string, string>
  /** The field that holds the list, where it is wrapped in an object that also counts. */
  wrappedAs?: string
  /** Where the newest so many pages are enough for a first sync. */
  mostPages?: number
  /** It cannot be asked for changes, but is in their order: what is older than the last sync ends it. */
  newestFirst?: true
  /** It is short and read to its end: what it does not hold is gone. */
  complete?: true
  /** How to ask for what changed since a time, the oldest change first, where GitHub offers that. */
  catchUp?: Readonly<Record<string, string>>
  /** How to ask so that things keep their places while the list is read to its end: what it does not hold is gone. */
  sweep?: Readonly<Record<string, string>>
  /** Its items lead to one another. It is read until all are there, and what none leads to any more is gone. */
  leads?: {
    /** Holds the names of the items that an item leads to. */
    column: string
    to(item: object): readonly string[]
    /** Asks for the list from that item on. */
    from(name: string): Record<string, string>
  }
  /** It is not a list of the repository, but one of each item of another kind. */
  under?: {
    kind: string
    parameters(parent: object): Record<string, number | string>
    /** The column that holds the first of these, where the list tells all that hangs under the parent. */
    column?: string
    /** Whether it is worth a request, the parent being this far down on that page of its list. */
    wanted(parent: object, at: { page: number; index: number; since: string | null }): boolean
  }
}

/** A list of GitHub's that is read when somebody looks at it. What it does not hold is gone. */
export interface Opened {
  /** As Octokit names it. What its address names beside the repository, the hub's own address names alike. */
  route: string
  query?: Readonly<Record<string, string>>
  /** The field that holds the list, where it is wrapped in an object that also counts. */
  wrappedAs?: string
  /** Its items may be of other repositories: whoever may not read one is not shown it, and does not take it away. */
  elsewhere?: true
}

/** Columns of a stored row that something else tells: a comment's webhook, how many there are now. */
export interface Patch {
  kind: string
  key: Readonly<Record<string, number | string>>
  set: Readonly<Record<string, number | string | null>>
  /** When that was so, in milliseconds: it is not written over what was changed later. */
  updated_at: number
}

/** That an item is gone for good, or since when. */
export interface Tombstone {
  /** ISO 8601, by GitHub's clock as far as it tells. */
  gone_at: string
  /** Of a branch: where it stood when it was deleted. */
  sha: string | null
}

/** The name of an item within its repository and kind, as tombstones and set-aside items keep it. */
export function nameOf<Item extends object>(kind: Kind<Item>, item: Item): string {
  return kind.key
    .filter((column) => column !== 'repository_id')
    .map((column) => String(item[column as keyof Item]))
    .join('/')
}

/** Fills what GitHub left out from what is stored. */
export function completed<Item extends object>(kind: Kind<Item>, item: Item, stored: Item | undefined): Item {
  keepTold(item, stored)
  const kept = stored && kind.keeps?.(item, stored)
  if (!kind.untold) return kept ? { ...item, ...kept } : item
  const whole = { ...item, ...kept }
  for (const [field, otherwise] of Object.entries(kind.untold)) {
    const name = field as keyof Item
    whole[name] = (whole[name] ?? stored?.[name] ?? otherwise) as Item[keyof Item]
  }
  return whole
}

/**
 * Whether a sync reads what a delivery tells of such an item, and tells by its time which is newer. A list without times
 * stamps its items with when GitHub answered: later than what was sent before.
 */
export const isReadWithTimes = ({ listed, stands }: Kind<object>): boolean => Boolean(listed) && !stands

/** Whether such an item is known to be current only from its list, which tells no time and is read to its end. */
export const isOnlyListed = ({ listed }: Kind<object>, item: object): boolean =>
  listed?.complete === true && !('updated_at' in item)

/** The stored item with what only a thing by itself tells, where nothing told it before; null where that is nothing. */
export function filled<Item extends object>(kind: Kind<Item>, stored: Item, incoming: Item): Item | null {
  const item = { ...stored }
  let isFuller = false
  for (const column of kind.told?.columnsAlone ?? []) {
    const name = column as keyof Item
    if (incoming[name] == null || stored[name] !== kind.untold?.[name]) continue
    item[name] = incoming[name]
    isFuller ||= item[name] !== stored[name]
  }
  if (!isFuller) return null
  keepTold(item, incoming)
  return item
}

/** The rule of most kinds: an older `updated_at` never wins. */
export function isNotOlder(incoming: { updated_at: string }, stored: { updated_at: string }): boolean {
  return incoming.updated_at >= stored.updated_at
}
