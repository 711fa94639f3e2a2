import { isCoded } from '../errors.ts'
import { inCircles, type ListPage, readPage, readPageUnless, type UnchangedPage } from '../github/readers.ts'
import { type Kind, type Listed, nameOf } from '../mirror/kind.ts'
import { forgetPagesAfter, type ListedPage, readListedPages, rememberPage } from '../store/listed-pages.ts'
import { removeUnlisted } from '../store/unlisted.ts'
import { catchUp } from './read-news.ts'
import {
  askingClient,
  endless,
  itemsOf,
  nothing,
  pageOf,
  type Reader,
  type Reading,
  type Step,
  stepOf,
  writing,
} from './reading.ts'

/** How often a list is read again that moves while it is read. */
const mostRounds = 3

/** One reading of a list from end to end. */
interface Round {
  names: Set<string>
  /** When its first page was given. */
  asOf: string
  pages: number
  /** Something was not where it was before: what was read may lack something. */
  moved: boolean
  /** The list goes on behind the pages that are read. */
  isCut: boolean
  /** Something on it could not be read, and so has no name that one could miss. */
  isOdd: boolean
}

/**
 * Reads a list from end to end, and takes away what it does not hold. Pages that did not change cost no quota. Where
 * there is more than one, something may have gone or moved from a page that was not read yet to one that was: the
 * list is then read again, until nothing on it moved. One that never rests takes nothing away.
 */
export function readerOfAll(kind: Kind<object>, listed: Listed): Reader {
  return async function* (reading) {
    const { store, repository, clock } = reading
    askingClient(reading)
    let round: Round | undefined
    for (let rounds = 0; rounds < mostRounds && (!round || isRestless(round)); rounds++) {
      const known = await readListedPages(store.read, listOf(reading, listed))
      round = yield* readRound(kind, listed, reading, new Map(known.map((page) => [page.page, page])))
    }
    if (!round || isRestless(round)) return 'restless'
    if (round.isOdd) return 'news'
    const { names, asOf, isCut } = round
    const list = { repositoryId: repository.id, names, asOf, now: clock(), isCut }
    yield writing(async (tx) => ({ changed: [], gone: await removeUnlisted(tx, kind, list) }))
    return 'whole'
  }
}

const isRestless = ({ pages, moved }: Round) => pages > 1 && moved

const listOf = ({ repository }: Reading, { resource }: Listed) => ({
  repository_id: repository.id,
  list: resource,
})

async function* readRound(
  kind: Kind<object>,
  listed: Listed,
  reading: Reading,
  before: ReadonlyMap<number, ListedPage>,
): AsyncGenerator<Step, Round> {
  const list = listOf(reading, listed)
  const most = listed.mostPages ?? endless
  const round: Round = {
    ...{ names: new Set<string>(), asOf: new Date(reading.clock()).toISOString(), pages: 0 },
    ...{ moved: false, isCut: false, isOdd: false },
  }
  let after: Record<string, string> = {}
  for (let hasNext = true; hasNext && round.pages < most; ) {
    const number = round.pages + 1
    const known = before.get(number)
    const page = await readUnlessLast(kind, listed, reading, { number, after, etag: known?.etag ?? null })
    if ('madeAt' in page) {
      const since = page.madeAt
      yield* catchUp(kind, { ...listed, catchUp: page.catchUp }, { ...reading, since }, round.names)
      break
    }
    round.pages = number
    if (number === 1 && page.asOf !== null) round.asOf = page.asOf
    if ('unchanged' in page) {
      for (const name of known?.names ?? []) round.names.add(name)
      hasNext = known?.hasNext ?? false
      after = JSON.parse(known?.stamp ?? '{}') as Record<string, string>
    } else {
      const read = itemsOf(kind, page, reading)
      const names = read.items.map((item) => nameOf(kind, item))
      if (page.next !== null && read.odd.length === 0 && names.every((name) => round.names.has(name)))
        throw inCircles(number)
      for (const name of names) round.names.add(name)
      round.isOdd ||= read.odd.length > 0
      round.moved ||= names.join('\n') !== known?.names.join('\n')
      hasNext = page.next !== null
      after = page.after
      const { etag, total } = page
      const remembered = { page: number, etag, names, hasNext, stamp: JSON.stringify(after) }
      yield stepOf(kind, read, {
        ...{ total, repository: reading.repository },
        also: (tx) => rememberPage(tx, list, remembered),
      })
    }
    round.isCut = hasNext && number === most
  }
  if (before.has(round.pages + 1)) {
    yield writing(async (tx) => {
      await forgetPagesAfter(tx, list, round.pages)
      return nothing
    })
  }
  return round
}

/** From where on to ask for changes instead of pages. */
interface Beyond {
  madeAt: string
  catchUp: Readonly<Record<string, string>>
}

/**
 * A page, or that GitHub pages no further (422): what was made behind the last page was also changed since that was
 * made, so that the rest can be asked for as changes.
 */
async function readUnlessLast(
  kind: Kind<object>,
  listed: Listed,
  reading: Reading,
  { number, after, etag }: { number: number; after: Record<string, string>; etag: string | null },
): Promise<ListPage | UnchangedPage | Beyond> {
  const asked = (page: number) => pageOf(listed, reading, { page, more: { ...listed.sweep, ...after } })
  try {
    return await readPageUnless(askingClient(reading), { ...asked(number), etag })
  } catch (error) {
    if (number === 1 || !listed.catchUp || !isCoded(error, 'github_unprocessable')) throw error
    const last = itemsOf(kind, await readPage(askingClient(reading), asked(number - 1)), reading).items.at(-1)
    if (!last || !('created_at' in last)) throw error
    return { madeAt: last.created_at as string, catchUp: listed.catchUp }
  }
}
