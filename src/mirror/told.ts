import type { Fields } from '../domain/mirror/fields.ts'
import type { Column } from './columns.ts'
import type { Kind, Place } from './kind.ts'

/** What stands in the column until somebody asks: the delivery that told the item, by its number. */
const delivered = '\u0003'

/**
 * What GitHub's REST object says beside the columns, for those who ask for it in GitHub's shape. It goes with the item,
 * but is no field of it: nothing that shows items shows this.
 */
const told = Symbol('told')

/** The name of the column that holds it. */
export const toldColumnName = 'told'

/** The column of what GitHub told; every kind with `told` has it, whatever else its items hold. */
export const toldColumn: Column<object> = {
  names: [toldColumnName],
  write(item, row) {
    row[toldColumnName] = toldOf(item)
  },
  read(row, item) {
    const text = row[toldColumnName] as string | null | undefined
    if (text != null) setTold(item, text)
  },
}

interface Telling {
  [told]?: string | null | undefined
}

/** What a kind keeps of GitHub's object beside its columns. */
export interface Told {
  /**
   * Fields of the item that stand in GitHub's object under the same name and with the same value. They are taken from
   * the columns, which later news may have changed, and not kept twice.
   */
  columns: readonly string[]
  /** Fields that only a thing asked for by itself has, and its webhook; a list leaves them out. Those with the first have all. */
  alone?: readonly string[]
  /** Those of `columns` of which the same holds. */
  columnsAlone?: readonly string[]
  /** Fields for those who may push, in the same object. */
  guarded?: readonly string[]
  /** Fields that are made anew, or that not everybody may see who may read the repository. */
  without?: readonly string[]
}

/** Reads an object of GitHub as an item, with what it tells beside. */
export function readWithTold(kind: Kind<object>, object: Fields, place: Place): object | null {
  const item = kind.read(object, place)
  if (item) addTold(kind, item, object, place)
  return item
}

/** Adds to an item what the object tells that it was read from. */
export function addTold(kind: { told?: Told }, item: object, object: Fields, place: Place): void {
  const text = kind.told ? tellLater(kind.told, object.values, place) : null
  if (text !== null) setTold(item, text)
}

/**
 * What the object tells; of one that a delivery carries only which delivery that is. Its body is kept, most of what
 * it tells nobody asks for before the next delivery tells it anew, and applying one must not wait for this.
 */
export function tellLater(
  told: Told,
  values: Values,
  { repositoryId, delivery }: Pick<Place, 'repositoryId' | 'delivery'>,
): string | null {
  if (delivery === undefined) return tell(told, values, repositoryId)
  return 'node_id' in values ? delivered + delivery : null
}

/** The number of the delivery that tells what stands in the column, or its end; null where that is told already. */
export function deliveryToAsk(text: string | null): number | null {
  const at = text?.lastIndexOf(delivered) ?? -1
  return at < 0 ? null : Number(text!.slice(at + 1))
}

/** The text in the place of one that named its delivery; null where that does not tell it either. */
export function withTold(text: string, told: string | null): string | null {
  if (text.startsWith(delivered)) return told
  const main = text.slice(0, text.indexOf(apart))
  return told?.includes(apart) ? main + told.slice(told.indexOf(apart)) : main
}

function setTold(item: object, text: string): void {
  ;(item as Telling)[told] = text
}

/**
 * What lists do not tell of an item, and what a part of GitHub's object lacks, stays as it is stored; unless the item
 * has changed since: then what was told before may not be so any more.
 */
export function keepTold(item: object, stored: object | undefined): void {
  const before = stored && toldOf(stored)
  const now = toldOf(item)
  // A delivery that does not tell what only a thing by itself has may well have changed it.
  if (!before || now?.startsWith(delivered)) return
  if (now !== null || isUnchanged(item, stored)) setTold(item, joinTold(now, before) ?? before)
}

const isUnchanged = (item: { updated_at?: unknown }, stored: { updated_at?: unknown }) =>
  item.updated_at === stored.updated_at

/** What is told now, completed by what was told before. */
export function joinTold(now: string | null, before: string | null): string | null {
  if (now === null || before === null) return now ?? before
  if (now.includes(apart)) return now
  if (before.startsWith(delivered)) return now + apart + before
  return before.includes(apart) ? now + before.slice(before.indexOf(apart)) : now
}

/** The stored item with what a list tells of it that nothing told before; null where that is nothing new. */
export function retold<Item extends object>(stored: Item, listed: object): Item | null {
  const text = toldOf(listed)
  if (text === null || toldOf(stored) !== null) return null
  const item = { ...stored }
  setTold(item, text)
  return item
}

/** Whether a row says the same as the stored one, apart from what was told in other words: `now` and `before` differ. */
export const isToldEnough = (now: unknown, before: unknown) =>
  before !== null && typeof now === 'string' && now.startsWith(delivered)

/** What was told of an item beside its columns; null: nothing. */
export const toldOf = (item: object): string | null => (item as Telling)[told] ?? null

// The text is the inside of GitHub's object as JSON. What is the same in many places stands for itself as one control
// character, which JSON never holds unescaped: it needs no parsing to be written out again.

/** Before the fields that only a thing by itself has. */
export const apart = '\u001e'
/** Before those of them that not everybody may see. */
export const guard = '\u001f'
/** What stands for what. */
export const marks = {
  /** The API's address of the repository. */
  repository: '\u0001',
  /** The API's address. */
  api: '\u0002',
  /** Before, between and after the encoded login and the page of an account, for all of its addresses. */
  account: '\u0004',
  page: '\u0005',
  /** The repository itself: whole, and the short form. */
  whole: '\u0006',
  short: '\u0007',
} as const

type Values = Readonly<Record<string, unknown>>

/**
 * The text of what GitHub's object tells beside the columns; null for what is only a part of GitHub's REST object, as
 * in some webhooks.
 */
export function tell(
  { columns, alone = [], guarded = [], without = [] }: Told,
  values: Values,
  repositoryId: number,
): string | null {
  const place = placeOf(values)
  if (!place || !('node_id' in values)) return null
  const main: Record<string, unknown> = {}
  for (const name in values) {
    if (columns.includes(name) || alone.includes(name)) continue
    if (guarded.includes(name) || without.includes(name)) continue
    main[name] = withoutRepository(name, values[name], repositoryId)
  }
  const isAlone = alone.length > 0 && alone[0]! in values
  let text = inside(main)
  if (isAlone) text += apart + inside(pickFrom(values, alone))
  if (isAlone && guarded.some((name) => name in values)) text += guard + inside(pickFrom(values, guarded))
  return text.length <= longestTold ? shorten(text, place) : null
}

/** In characters: reports of check runs are longer, and are for GitHub to tell. */
const longestTold = 65_536

/** Where GitHub's API is, and what the repository is called: each thing tells its own address, or that of its pull request. */
function placeOf({ url, pull_request_url }: Values): { api: string; name: string } | null {
  const found = /^(https?:\/\/.+?)\/repos\/([^/]+\/[^/]+)(?:\/|$)/.exec(String(url ?? pull_request_url ?? ''))
  return found && { api: found[1]!, name: found[2]! }
}

const inside = (object: object) => JSON.stringify(object).slice(1, -1)

/** Those of the values that there are. */
function pickFrom(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]))
}

/** Where the repository stands whole within a thing of its own. */
function withoutRepository(name: string, value: unknown, repositoryId: number): unknown {
  if (name === 'repository' || name === 'head_repository') return markFor(value, marks.short, repositoryId)
  if (name !== 'head' && name !== 'base') return value
  const side = value as Values | null
  return side?.repo ? { ...side, repo: markFor(side.repo, marks.whole, repositoryId) } : value
}

function markFor(repository: unknown, mark: string, repositoryId: number): unknown {
  return (repository as Values | null)?.id === repositoryId ? mark : repository
}

function shorten(text: string, place: { api: string; name: string }): string {
  const { accounts, addresses, ofRepository } = patternsOf(place)
  return text
    .replace(accounts, `${marks.account}$1${marks.page}$2${marks.account}`)
    .replace(ofRepository, `$1":"${marks.repository}`)
    .replace(addresses, `$1":"${marks.api}/`)
    .replace(/"(repo|repository|head_repository)":"\\u000([67])"/g, (_, field: string, mark: string) => {
      return `"${field}":${mark === '6' ? marks.whole : marks.short}`
    })
}

interface Patterns {
  accounts: RegExp
  ofRepository: RegExp
  addresses: RegExp
}

const known = new Map<string, Patterns>()
const mostKnown = 2000

function patternsOf({ api, name }: { api: string; name: string }): Patterns {
  const key = `${api} ${name}`
  let patterns = known.get(key)
  if (!patterns) {
    if (known.size >= mostKnown) known.clear()
    patterns = buildPatterns(escaped(api), escaped(name))
    known.set(key, patterns)
  }
  return patterns
}

/** As GitHub writes an account's addresses after the first; `{login}` stands for the encoded login. */
export const addressesOfAccount = [
  ['followers_url', '/followers'],
  ['following_url', '/following{/other_user}'],
  ['gists_url', '/gists{/gist_id}'],
  ['starred_url', '/starred{/owner}{/repo}'],
  ['subscriptions_url', '/subscriptions'],
  ['organizations_url', '/orgs'],
  ['repos_url', '/repos'],
  ['events_url', '/events{/privacy}'],
  ['received_events_url', '/received_events'],
] as const

function buildPatterns(api: string, name: string): Patterns {
  const rest = addressesOfAccount.map(([field, path]) => `,"${field}":"${api}/users/\\1${escaped(path)}"`)
  const field = '((?<!html_)url|href)":"'
  const roots = 'repos|repositories|users?|orgs|organizations|teams|apps?|gists|licenses|enterprises'
  return {
    accounts: new RegExp(
      `"gravatar_id":"","url":"${api}/users/([^"/]+)","html_url":"([^"]*)"${rest.join('')}`,
      'g',
    ),
    ofRepository: new RegExp(`${field}${api}/repos/${name}(?=["/{?])`, 'g'),
    addresses: new RegExp(`${field}${api}/(?=(?:${roots})[/"])`, 'g'),
  }
}

const escaped = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
